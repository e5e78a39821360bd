"""The names of a model's answers as a text file."""

from __future__ import annotations

from collections.abc import Sequence


def labels_text(classes: Sequence[str]) -> str:
    """One class a line, in the order of the model's answers."""
    return "".join(f"{name}\n" for name in classes)
