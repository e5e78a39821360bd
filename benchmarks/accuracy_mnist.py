"""Test accuracy of the MNIST notebook's CNN, 20 epochs on all of MNIST: ≥ 0.988 (quick: one epoch, ≥ 0.97)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_least, import_mnist, notebook_spec, quick, temporary_home
from core.runs.foreground import train_in_foreground


def main() -> None:
    """Run it."""
    epochs, goal = (1, 0.97) if quick() else (20, 0.988)
    with temporary_home() as home:
        spec = notebook_spec(import_mnist(home), epochs)
        _run, status = train_in_foreground(home, spec, "MNIST notebook", print)
    at_least("accuracy_mnist", status.test_accuracy or 0.0, goal)


if __name__ == "__main__":
    main()
