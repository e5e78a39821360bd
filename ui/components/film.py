"""Photos through time: what a network said of them after each epoch, to be played or walked through.

All times are in the browser, so that nothing is asked of the app while the reader moves through them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.i18n import _
from ui.components.gallery import SMALL, data_uri
from ui.components.mount import register
from ui.components.sprite import sprite_sheet
from ui.palette import RIGHT, WRONG

SIDE = 160  # px of a photo at most
MOST_HEATS = 60  # of a photo; where there are more times, each shows the next one

_mount = register(
    "film",
    """
    <div class="film" data-testid="studio-film">
      <div class="controls">
        <button type="button" class="play"><svg viewBox="0 0 24 24" aria-hidden="true"><path></path></svg
          ><span></span></button>
        <input type="range" min="0" step="1">
        <p class="now"></p>
        <label class="heat"><input type="checkbox"><span></span></label>
      </div>
      <div class="photos"></div>
    </div>
    """,
    shared_styles=["track"],
)


@dataclass(frozen=True, eq=False)
class FilmPhoto:
    """A photo through E times. Names are strangers' texts, which are safe here.

    Attributes:
        picture: uint8 (h, w, 1 or 3), square; None where it is gone.
        classes: Names of C classes, the true one first.
        probabilities: (E, C) of them.
        named: Of each time the name of the most probable class of all.
        is_right: (E,) whether that is the true one.
        heats: (E, h, w) uint8, 255 where it looks the most; None without.
        story: What became of it, in a sentence.
    """

    picture: NDArray[np.uint8] | None
    classes: Sequence[str]
    probabilities: NDArray[np.float32]
    named: Sequence[str]
    is_right: NDArray[np.bool_]
    heats: NDArray[np.uint8] | None
    story: str


def film(photos: Sequence[FilmPhoto], times: Sequence[str], colours: NDArray[np.uint8], *, key: str) -> None:
    """Show the photos at one time, at first the last one, with a slider and a button that plays them.

    Args:
        times: Names of the E times, such as "epoch 1".
        colours: (256, 3) of a heat map, from nothing to the most.
    """
    shown = thinned(len(times))
    told = {
        "photos": [_payload(photo, shown) for photo in photos],
        "times": list(times),
        "heat_of": np.abs(np.arange(len(times))[:, None] - shown).argmin(axis=1).tolist(),
        "colours": colours.tolist(),
        "right": RIGHT,
        "wrong": WRONG,
        "size": SIDE,
        "words": {
            "play": _("Play"),
            "pause": _("Pause"),
            "time": _("Time"),
            "heat": _("Where it looks"),
            "score": _("{time}: {right} of {all} right"),
            "right": _("right"),
            "wrong": _("wrong"),
            "called": _("called {name}"),
            "line": _("Probability of {name} over time"),
        },
    }
    # As one text, which Streamlit passes on without walking through its numbers, and the script reads only when new.
    _mount(key=key, data={"told": json.dumps(told, separators=(",", ":"))})


def thinned(count: int) -> NDArray[np.int64]:
    """At most `MOST_HEATS` of `count` places, evenly, with the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_HEATS)).round().astype(np.int64))


def _payload(photo: FilmPhoto, shown: NDArray[np.int64]) -> dict[str, Any]:
    heats = None if photo.heats is None else sprite_sheet(photo.heats[shown, ..., None])
    picture = photo.picture
    return {
        "picture": None if picture is None else data_uri(picture, max_side=2 * SIDE),
        "pixelated": picture is not None and max(picture.shape[:2]) <= SMALL,
        "classes": list(photo.classes),
        "probabilities": photo.probabilities.astype(np.float64).round(4).tolist(),
        "named": list(photo.named),
        "is_right": photo.is_right.tolist(),
        "heats": heats and {"uri": heats.uri, "columns": heats.columns, "tile": heats.tile},
        "story": photo.story,
    }
