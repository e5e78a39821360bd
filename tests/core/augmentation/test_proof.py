"""The two specifications of the proof, and finding their runs again."""

import pytest

from core.augmentation.proof import PROOF
from core.augmentation.spec import AugmentSpec
from core.datasets.shapes import ShapesSpec, shapes_spec_of
from core.datasets.store import open_dataset
from core.runs import submit
from core.runs.newest import newest_of
from core.runs.store import list_runs
from core.runs.submit import problems, submit_run
from core.spec import RunSpec


@pytest.fixture
def made(home, monkeypatch):
    """Make a run of a specification; the later ones have later ids."""
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    return lambda spec: submit_run(home, spec)


def newest_runs(home):
    return newest_of(list_runs(home), PROOF)


def test_the_two_differ_in_their_rotation_alone():
    without, turned = PROOF["without"], PROOF["with"]
    assert without.augmentation == AugmentSpec()
    assert turned == without.model_copy(update={"augmentation": AugmentSpec(rotation=180)})


@pytest.mark.parametrize("side", PROOF)
def test_both_can_start_on_the_shapes_as_they_are_first_shown(home, side):
    spec = PROOF[side]
    dataset = open_dataset(home, spec.data.dataset)
    assert shapes_spec_of(spec.data.dataset) == ShapesSpec()
    assert spec.input_shape == dataset.images.shape[1:]
    assert problems(spec, dataset, home) == []


def test_no_run_is_found_where_there_is_none(home, made):
    made(RunSpec())
    assert newest_runs(home) == {}


def test_the_newest_run_of_each_side_is_found_among_others(home, made):
    old, turned, newest = made(PROOF["without"]), made(PROOF["with"]), made(PROOF["without"])
    shorter = PROOF["with"].training.model_copy(update={"epochs": 39})
    for other in (RunSpec(), PROOF["with"].model_copy(update={"training": shorter})):
        made(other)
    assert newest_runs(home) == {"without": newest, "with": turned}
    newest.path.rename(home.root / "deleted")
    assert newest_runs(home) == {"without": old, "with": turned}


def test_a_damaged_run_is_passed_over(home, made):
    run, broken = made(PROOF["with"]), made(PROOF["with"])
    (broken.path / "run.json").write_bytes(b"{")
    assert newest_runs(home) == {"with": run}
