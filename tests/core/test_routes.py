"""The four routes and the two mistakes: what the notebook says, on any pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.architecture.describe import describe
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import About, Original, make_dataset
from core.datasets.store import open_dataset
from core.home import Home
from core.routes import (
    NOTEBOOK,
    PUBLISHED,
    Choices,
    Cost,
    cost_of,
    latest_choices,
    mistake_specs,
    notebook_choices,
    route_specs,
)
from core.runs import submit
from core.runs.store import list_runs
from core.runs.submit import problems, submit_run
from core.spec import DataSpec, RunSpec
from core.weights.find import FoundWeights

DATA = DataSpec(dataset="animals", image_size=64, split_seed=7, validation_fraction=0.3)
ROUTES = route_specs(DATA, Choices())
AS_IN_NOTEBOOK = route_specs(DATA, NOTEBOOK)


@pytest.mark.parametrize(
    ("route", "parameters", "trained"),
    [
        ("own", 2_283_779, 2_283_779),
        ("features", 17_936_515, 3_221_827),
        ("fine_tuned", 17_936_515, 5_581_635),
        ("augmented", 17_936_515, 5_581_635),
    ],
)
def test_the_networks_are_the_notebook_s_to_the_parameter(route, parameters, trained):
    facts = describe(AS_IN_NOTEBOOK[route], 3)
    assert facts.problem is None
    assert (facts.parameters, facts.trainable_parameters) == (parameters, trained)


def test_training_is_the_notebook_s():
    training = AS_IN_NOTEBOOK["own"].training
    assert (training.optimizer, training.learning_rate, training.epochs, training.batch_size) == ("adam", 1e-3, 50, 128)
    data = AS_IN_NOTEBOOK["own"].data
    assert (data.image_size, data.split_policy, data.validation_fraction) == (224, "last", 0.2)


def test_all_of_them_have_the_same_pictures_split_and_seed():
    specs = [*ROUTES.values(), *mistake_specs(DATA, Choices()).values()]
    assert {spec.data for spec in specs} == {DATA.model_copy(update={"image_size": 128, "colour_mode": "rgb"})}
    assert len({spec.training for spec in specs}) == 1


def test_only_the_last_route_varies_the_pictures_and_in_that_alone_differs_from_the_third():
    assert [route for route, spec in ROUTES.items() if not spec.augmentation.is_off] == ["augmented"]
    augmentation = AugmentSpec(rotation=30, width_shift=0.2, height_shift=0.2, zoom=0.2, horizontal_flip=True)
    assert ROUTES["augmented"] == ROUTES["fine_tuned"].model_copy(update={"augmentation": augmentation})


def test_each_mistake_differs_in_one_thing_from_the_features():
    right = ROUTES["features"].architecture
    made = {name: spec.architecture for name, spec in mistake_specs(DATA, Choices()).items()}
    assert made == {
        "everything_trainable": right.model_copy(update={"train_from": "block1_conv1"}),
        "raw_pixels": right.model_copy(update={"preprocessing": "none"}),
    }
    everything = describe(mistake_specs(DATA, NOTEBOOK)["everything_trainable"], 3)
    assert everything.trainable_parameters == everything.parameters == 17_936_515


def test_every_route_has_its_published_figures():
    assert dict(zip(ROUTES, (0.50, 0.54, 0.85, 0.88), strict=True)) == PUBLISHED


@pytest.mark.parametrize("size", [64, 96, 128, 160, 192, 224])
def test_all_can_be_built_at_every_size(size):
    choices = Choices(image_size=size)
    for spec in (*route_specs(DATA, choices).values(), *mistake_specs(DATA, choices).values()):
        assert describe(spec, 3).problem is None


def test_the_frozen_part_costs_once_and_as_often_as_there_are_copies():
    whole = {route: describe(spec, 3).multiply_adds for route, spec in ROUTES.items()}
    costs = {route: cost_of(spec, 3) for route, spec in ROUTES.items()}
    assert costs["own"] == Cost(0, whole["own"])
    assert costs["features"].each_epoch == 8_192 * 128 + 128 * 64 + 64 * 32 + 32 * 3, "the head on 4×4×512"
    assert costs["features"].once + costs["features"].each_epoch == whole["features"]
    last = 9 * 512 * 512 * 8 * 8  # block5_conv3: 3×3 kernels, 512 channels in and out, on a map of 8×8
    assert costs["fine_tuned"].each_epoch == costs["features"].each_epoch + last
    assert costs["augmented"] == Cost(8 * costs["fine_tuned"].once, costs["fine_tuned"].each_epoch)


def test_what_is_computed_anew_each_epoch_is_not_free():
    everything = mistake_specs(DATA, Choices())["everything_trainable"]
    assert cost_of(everything, 3) == Cost(0, describe(everything, 3).multiply_adds)
    architecture = ROUTES["augmented"].architecture.model_copy(update={"augmented": "exact"})
    exact = ROUTES["augmented"].model_copy(update={"architecture": architecture})
    assert cost_of(exact, 3) == Cost(0, describe(exact, 3).multiply_adds)


def labelled(labels):
    about = About(
        title="Four",
        classes=("a", "b"),
        source="drawn",
        licence="none",
        original=Original(shape="8 × 8", dtype="uint8", range=(0, 255)),
    )
    images = np.arange(len(labels) * 192, dtype=np.uint32).astype(np.uint8).reshape(-1, 8, 8, 3)
    return make_dataset(about, images, np.array(labels), np.zeros(len(labels), np.uint8))


def test_the_notebook_s_split_is_taken_where_it_can_be():
    assert notebook_choices(labelled([0, 1] * 20), DATA) == NOTEBOOK
    by_class = labelled([0] * 20 + [1] * 20)
    assert notebook_choices(by_class, DATA) == replace(NOTEBOOK, last_fifth=False)


@pytest.fixture
def weights_there(monkeypatch):
    monkeypatch.setattr(submit, "weights_problem", lambda home, architecture: "")
    monkeypatch.setattr(submit, "find_weights", lambda *_asked: FoundWeights(None, "random", "0" * 64))


@pytest.mark.usefixtures("weights_there")
def test_all_can_start_on_the_digits(home: Home):
    digits = open_dataset(home, "digits")
    for choices in (Choices(), NOTEBOOK):
        for spec in route_specs(DataSpec(), choices).values():
            assert problems(spec, digits, home) == []


@pytest.mark.usefixtures("weights_there")
def test_the_last_race_is_found_again(home: Home, monkeypatch):
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    data = DataSpec(split_seed=3)
    assert latest_choices(list_runs(home), data) is None
    short, shorter = Choices(image_size=64, epochs=3), Choices(image_size=64, epochs=2, last_fifth=True)
    submit_run(home, route_specs(data, short)["own"])
    assert latest_choices(list_runs(home), data) == short
    submit_run(home, route_specs(data, shorter)["augmented"])
    submit_run(home, RunSpec(data=data))
    submit_run(home, route_specs(DataSpec(split_seed=4), Choices())["own"])
    assert latest_choices(list_runs(home), data) == shorter
    assert latest_choices(list_runs(home), DataSpec(split_seed=5)) is None


@pytest.mark.usefixtures("weights_there")
@pytest.mark.parametrize("usual", [Choices(), NOTEBOOK])
def test_an_own_cnn_does_not_hide_how_the_heads_beside_it_were_raced(home: Home, monkeypatch, usual):
    """It is the same for both kinds of head, and runs of one second come in any order."""
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    choices = replace(usual, image_size=64, epochs=4, batch_size=16, last_fifth=False)
    for spec in reversed(route_specs(DataSpec(), choices).values()):
        submit_run(home, spec)
    assert latest_choices(list_runs(home), DataSpec()) == choices
