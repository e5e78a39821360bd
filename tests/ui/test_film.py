"""What the film hands to the browser: all times, and heat maps within bounds."""

from __future__ import annotations

import base64
import io
import json
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ui.components.film import MOST_HEATS, FilmPhoto, film, thinned
from ui.components.film import _payload as payload

HOSTILE = "<img src=x onerror=alert(1)>"


def photo(times: int, heats: Any = None, picture: bool = True) -> FilmPhoto:
    rights = np.arange(times) % 2 == 0
    return FilmPhoto(
        picture=np.zeros((8, 8, 1), np.uint8) if picture else None,
        classes=[HOSTILE, "dog"],
        probabilities=np.tile(np.array([[0.1, 0.9]], np.float32), (times, 1)),
        named=["dog"] * times,
        is_right=rights,
        heats=heats,
        story="Never.",
    )


@pytest.mark.parametrize(("count", "kept"), [(1, [0]), (3, [0, 1, 2]), (MOST_HEATS, list(range(MOST_HEATS)))])
def test_few_times_are_all_kept(count: int, kept: list[int]) -> None:
    assert thinned(count).tolist() == kept


def test_many_times_are_thinned_with_the_first_and_the_last() -> None:
    kept = thinned(201)
    assert (len(kept), kept[0], kept[-1]) == (MOST_HEATS, 0, 200)
    assert set(np.diff(kept)) == {3, 4}


def test_a_photo_is_sent_as_it_is_with_exact_numbers() -> None:
    sent = payload(photo(2), thinned(2))
    assert sent.pop("picture").startswith("data:image/png;base64,")
    assert sent == {
        "pixelated": True,
        "classes": [HOSTILE, "dog"],
        "probabilities": [[0.1, 0.9], [0.1, 0.9]],
        "named": ["dog", "dog"],
        "is_right": [True, False],
        "heats": None,
        "story": "Never.",
    }
    assert payload(photo(2, picture=False), thinned(2))["picture"] is None


def test_heat_maps_travel_as_one_sheet() -> None:
    heats = np.stack([np.full((4, 4), value, np.uint8) for value in (0, 100, 200)])
    sent = payload(photo(3, heats), thinned(3))["heats"]
    assert (sent["columns"], sent["tile"]) == (2, 4)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(sent["uri"].split(",")[1]))))
    assert [sheet[0, 0], sheet[0, 4], sheet[4, 0]] == [0, 100, 200]


def test_two_hundred_epochs_of_six_photos_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    module = import_module("ui.components.film")  # the package shows the function under the same name
    monkeypatch.setattr(module, "_mount", lambda key, data: told.append(data["told"]))
    noise = np.random.default_rng(0).integers(0, 256, (200, 32, 32), np.uint8)
    times = [f"epoch {number}" for number in range(200)]
    film([photo(200, noise)] * 6, times, np.zeros((256, 3), np.uint8), key="film")
    assert len(told[0]) < 1_000_000
    sent = json.loads(told[0])
    assert sent["heat_of"][:5] == [0, 0, 1, 1, 1]
    assert (max(sent["heat_of"]), len(sent["heat_of"])) == (MOST_HEATS - 1, 200)
