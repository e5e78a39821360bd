"""Small values as a text that fits into a URL, and back; what comes back may have been cut, changed or made up."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

MOST_BYTES = 200_000  # of what a text may unpack to: a few hundred characters can stand for gigabytes


def packed(value: Any) -> str:
    """Write what JSON can hold as letters, digits, "-" and "_", which a URL takes as they are."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked(text: str, longest: int) -> Any:
    """Read what `packed` wrote; what it means is still to be checked.

    Args:
        longest: Characters that `text` may have.

    Raises:
        ValueError: If it was cut or changed, or is too long.
    """
    try:
        if len(text) > longest:
            raise ValueError(f"at most {longest} characters, got {len(text)}")
        inflated = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), MOST_BYTES)
        return json.loads(inflated)
    except (RecursionError, zlib.error) as error:
        raise ValueError(str(error)) from error
