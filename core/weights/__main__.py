"""Looks at one file with weights, in a process that may die of it: python -m core.weights FILE.

Prints JSON: what is wrong with the file for each backbone, "" where it fits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.errors import DataError
from core.weights.arrays import check_arrays


def main(arguments: list[str]) -> int:
    """Look at the file named."""
    path = Path(arguments[0])
    sys.stdout.write(json.dumps({backbone: problem(path, backbone) for backbone in BACKBONES}))
    return 0


def problem(path: Path, backbone: BackboneName) -> str:
    """What is wrong with the file for this backbone; "" if it fits."""
    try:
        check_arrays(path, backbone)
    except DataError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
