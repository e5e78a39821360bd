"""The pinned photos of a run that goes on: what each is and what it is called, as bars that move with each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import _
from ui.components.mount import register
from ui.palette import RIGHT, WRONG

_mount = register(
    "watched",
    '<div class="watched" role="group" data-testid="studio-watched"></div>',
    shared_styles=["track"],
)


@dataclass(frozen=True)
class WatchedPhoto:
    """One photo. Names are strangers' texts, which are safe here.

    Attributes:
        source: Data URI of the picture; "" where it is gone.
        pixelated: Whether its pixels are shown as they are.
        name: Of its true class; "" where that is not known.
        share: Probability of it, 0 to 1; None before the network was asked.
        rival: Name of the most probable of the other classes.
        rival_share: Its probability.
    """

    source: str
    pixelated: bool
    name: str
    share: float | None = None
    rival: str = ""
    rival_share: float | None = None


def watched(photos: Sequence[WatchedPhoto], *, key: str) -> None:
    """Show the photos in a row whose height stays the same."""
    data = {
        "photos": [_payload(photo) for photo in photos],
        "right": RIGHT,
        "wrong": WRONG,
        "words": {"group": _("Photos that are watched"), "right": _("right"), "wrong": _("wrong")},
    }
    _mount(key=key, data=data)


def _payload(photo: WatchedPhoto) -> dict[str, Any]:
    is_right = None if photo.share is None else photo.share >= (photo.rival_share or 0)
    return vars(photo) | {"is_right": is_right}
