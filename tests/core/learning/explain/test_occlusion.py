"""Covering parts of a picture."""

import numpy as np
import pytest

from core.errors import StudioError
from core.learning.explain import occlusion as occlusion_module
from core.learning.explain.occlusion import occlusion, squares
from core.learning.predict import load_trained


def test_the_probability_falls_where_the_class_is_seen(stripes_run, stripes):
    upright, lying = (occlusion(stripes_run, None, stripes, number) for number in (0, 1))
    assert (upright.patch, upright.stride, upright.drop.shape) == (2, 1, (7, 7))
    assert upright.drop.dtype == np.float32
    assert upright.drop[:, :3].min() > 0.001
    assert upright.drop[:, 5:].max() < 0, "without what speaks for another class it is likelier"
    assert lying.drop[:, 5:].min() > 0.001


def test_each_place_is_as_the_model_says_of_the_covered_picture(stripes_run, stripes, monkeypatch):
    """Recomputed with Keras's predict; in batches of five, the last of which is smaller."""
    monkeypatch.setattr(occlusion_module, "evaluation_batch_size", lambda model: 5)
    told = []
    found = occlusion(stripes_run, None, stripes, None, lambda done, of: told.append((done, of)))
    assert told == [(done, 49) for done in range(0, 49, 5)]
    model, covered = load_trained(stripes_run).model, stripes.copy()
    whole = model.predict(stripes[None], verbose=0)[0]
    assert found.class_number == whole.argmax()
    assert found.before == pytest.approx(whole.max(), abs=1e-6)
    covered[4:6, 3:5] = round(stripes.mean())
    after = model.predict(covered[None], verbose=0)[0, found.class_number]
    assert found.drop[4, 3] == pytest.approx(found.before - after, abs=1e-6)
    assert stripes.max() == 255, "the picture itself is not covered"


@pytest.mark.parametrize("places", [7, 10, 14])
def test_squares_reach_from_border_to_border_without_a_gap(places):
    for side in (*range(4, 65), 96, 128, 131, 224, 299, 512):
        patch, stride = squares(side, places)
        assert (side - patch) % stride == 0
        assert (side - patch) // stride + 1 <= places
        assert 1 <= stride <= patch
        assert abs(patch - side / 6) <= max(2.2, side / 10)


def test_squares_for_usual_sizes():
    assert [squares(side, 14) for side in (8, 28, 32, 224)] == [(2, 1), (4, 2), (6, 2), (42, 14)]
    assert squares(224, 11) == (44, 18)


def test_a_costly_network_is_asked_about_fewer_places(stripes_run, stripes, monkeypatch):
    monkeypatch.setattr(occlusion_module, "WORK", 1.0)
    monkeypatch.setattr(occlusion_module, "FEWEST_PLACES", 6)
    found = occlusion(stripes_run, None, stripes)
    assert (found.drop.shape, found.patch, found.stride) == ((4, 4), 2, 2)


def test_what_is_not_there_is_refused_in_words(stripes_run, stripes, diverged):
    with pytest.raises(StudioError, match="from 0 to 9; 10 came"):
        occlusion(stripes_run, None, stripes, 10)
    with pytest.raises(StudioError, match="takes pictures of 8×8×1; one of 8×8×3 came"):
        occlusion(stripes_run, None, stripes.repeat(3, axis=2))
    with pytest.raises(StudioError, match="training diverged"):
        occlusion(diverged, None, stripes)
