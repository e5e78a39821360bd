"""The Model page for transfer learning, as a person uses it; the drawing itself is looked at in a real browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core.architecture.backbones.table import BACKBONES
from core.architecture.layers import OwnCNN
from core.architecture.presets import PRESETS
from core.architecture.transfer import IMAGENET, RANDOM, Transfer
from core.augmentation.spec import AugmentSpec
from core.desk import Desk
from core.home import PROJECT, Home
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from core.tasks import kinds
from core.tasks.__main__ import outcome
from core.tasks.folder import Result, create_task
from tests.core.weights.files import numbers_for, shapes_of, write_in_order
from tests.pages.turns import press, run, spec_of

pytestmark = pytest.mark.usefixtures("studio_without_spare", "no_keras_cache")
COLOUR = DataSpec(image_size=64, colour_mode="rgb")
SMALL = BACKBONES["mobilenet_v3_small"]


@pytest.fixture
def no_keras_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[..., Path]:
    """Write weights that fit MobileNetV3 Small, 4 MB."""

    def write(path: Path | None = None) -> Path:
        path = path or tmp_path / "mine.h5"
        with h5py.File(path, "w") as file:
            write_in_order(file.require_group("/"), numbers_for(shapes_of("mobilenet_v3_small")))
        return path

    return write


def opened(architecture: Any = None, data: DataSpec = COLOUR, **parts: Any) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if architecture:
        page.query_params["spec"] = to_query(RunSpec(data=data, architecture=architecture, **parts))
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py"))
    return run(page)


def transfer_of(page: AppTest) -> Transfer:
    architecture = spec_of(page).architecture
    assert isinstance(architecture, Transfer)
    return architecture


def texts(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.error, *page.warning, *page.get("html")]
    return "\n".join(str(getattr(part, "value", part.proto)).replace("\\", "") for part in parts)


def can_be_trained(page: AppTest) -> bool:
    return not next(button for button in page.button if button.label == "Train it").disabled


def small(**settings: Any) -> Transfer:
    return Transfer(backbone="mobilenet_v3_small", **settings)


def test_the_first_press_on_the_digits_says_what_is_missing_and_mends_it() -> None:
    page = opened()
    page.segmented_control(key="model-kind").set_value("transfer")
    run(page)
    assert transfer_of(page) == Transfer()
    assert "takes three channels" in texts(page)
    assert "First mend what keeps this network from being built." in texts(page)
    assert not can_be_trained(page)
    press(page, "Use colour pictures of 128 px")
    assert (spec_of(page).data.colour_mode, spec_of(page).data.image_size) == ("rgb", 128)
    assert "takes three channels" not in texts(page)
    assert "The frozen part is computed once" in texts(page)


def test_switching_between_the_kinds_loses_nothing() -> None:
    own = OwnCNN(layers=PRESETS["lenet5"].architecture.layers[:3])
    page = opened(own)
    kind = page.segmented_control(key="model-kind")
    run(kind.set_value("transfer").run())
    page.select_slider(key="transfer.train-from").set_value("block5_conv3")
    run(page)
    run(page.segmented_control(key="model-kind").set_value("own").run())
    assert spec_of(page).architecture == own
    run(page.segmented_control(key="model-kind").set_value("transfer").run())
    assert transfer_of(page) == Transfer(train_from="block5_conv3")


def test_the_numbers_of_the_notebook() -> None:
    missing = DataSpec(image_size=224, colour_mode="rgb", dataset="gone")
    shown = texts(opened(Transfer(train_from="block5_conv3", hidden=(128, 64, 32)), missing))
    for number in (
        "17,936,746",
        "5,581,866",
        "12,354,880",
    ):  # ten supposed classes: 7 · 33 more than the three of the notebook
        assert number in shown


def test_another_backbone_keeps_what_was_meant() -> None:
    page = opened(Transfer(train_from="block2_conv1", weights="mine.h5"))
    page.selectbox(key="transfer.backbone").set_value("mobilenet_v2")
    run(page)
    assert (transfer_of(page).train_from, transfer_of(page).weights) == ("Conv_1", IMAGENET)
    assert "Training begins with Conv_1 now, the last part of MobileNetV2." in texts(page)
    assert "mine.h5 was for VGG16: ImageNet weights are taken." in texts(page)
    page.select_slider(key="transfer.train-from").set_value("")
    run(page)
    assert "Training begins with" not in texts(page), "something else was changed since"
    page.selectbox(key="transfer.backbone").set_value("xception")
    run(page)
    assert transfer_of(page).train_from == ""
    assert "Training begins with" not in texts(page)
    assert "at least 71 px" in texts(page)


def test_the_head_is_chosen_or_typed() -> None:
    page = opened(Transfer())
    page.selectbox(key="transfer.hidden").set_value("none")
    run(page)
    assert transfer_of(page).hidden == ()
    page.selectbox(key="transfer.hidden").set_value("own")
    run(page)
    page.text_input(key="transfer.units").set_value("200, 50")
    run(page)
    assert transfer_of(page).hidden == (200, 50)
    page.text_input(key="transfer.units").set_value("a `lot`")
    run(page)
    assert transfer_of(page).hidden == (200, 50)
    assert "“a `lot`” was not taken" in texts(page)
    page.selectbox(key="transfer.hidden").set_value("course")
    run(page)
    assert transfer_of(page).hidden == (128, 64, 32)
    assert "was not taken" not in texts(page)


def test_a_link_with_an_unknown_layer_is_mended() -> None:
    page = opened(Transfer(train_from="block9_conv9"))
    assert "no layer block9_conv9" in texts(page)
    press(page, "Train the head alone")
    assert transfer_of(page).train_from == ""
    assert not page.error


def test_missing_weights_are_named_and_random_ones_are_loud() -> None:
    page = opened(small())
    assert "The weights of MobileNetV3 Small (4 MB) are not on this computer" in texts(page)
    assert not can_be_trained(page)
    assert "First get the weights of MobileNetV3 Small" in texts(page)
    press(page, "Train from random weights")
    assert transfer_of(page).weights == RANDOM
    assert can_be_trained(page)
    assert "this backbone has never seen a picture" in page.error[0].value
    press(page, "Back to ImageNet weights")
    assert transfer_of(page).weights == IMAGENET
    assert not page.error


def test_weights_are_found_in_the_folder_and_others_can_be_chosen(home: Home, file_of: Callable[..., Path]) -> None:
    file_of(home.weights / SMALL.file_name)
    file_of(home.weights / "mine.h5")
    page = opened(small())
    assert "ImageNet weights: on this computer (weights folder)" in texts(page)
    page.selectbox(key="transfer.weights").set_value("mine.h5")
    run(page)
    assert transfer_of(page).weights == "mine.h5"
    assert "Weights of the file mine.h5, which fits (weights folder)" in texts(page)
    (home.weights / "mine.h5").unlink()
    run(page)
    assert "mine.h5 is no longer in the folder" in texts(page)
    press(page, "Use ImageNet weights")
    assert "on this computer (weights folder)" in texts(page)


def test_weights_are_fetched(home: Home, file_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        kinds, "fetch_weights", lambda home, backbone, _progress: file_of(home.weights / SMALL.file_name)
    )
    page = opened(small())
    press(page, "Fetch (4 MB)")
    assert "ImageNet weights: on this computer" in texts(run(page))


def hand_over(page: AppTest, content: bytes, name: str) -> None:
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    run(page)
    run(page)  # the fragment that watches a task would run the page again


@pytest.mark.parametrize(("name", "weights"), [("my own.h5", "my_own.h5"), (SMALL.file_name, f"my_{SMALL.file_name}")])
def test_a_file_that_fits_is_used(home: Home, file_of: Callable[..., Path], name: str, weights: str) -> None:
    """Under the official name too, which stays that of the official file."""
    page = opened(small())
    hand_over(page, file_of().read_bytes(), name)
    assert transfer_of(page).weights == weights
    assert "(weights folder)" in texts(page)
    assert not list((home.root / "desks").rglob("*.h5"))


def test_a_wrong_file_is_refused_in_words_and_what_is_prepared_on_the_data_page_stays(
    home: Home, file_of: Callable[..., Path]
) -> None:
    prepared = Desk(home.root / "desks" / ("f" * 32))
    with file_of().open("rb") as archive:
        prepared.change(upload=prepared.keep_upload(".zip", archive))
    page = opened(Transfer())
    hand_over(page, file_of().read_bytes(), "mine.h5")
    assert "The file mine.h5 was not taken. " in page.error[0].value.replace("\\", "")
    assert "block1_conv1 of VGG16 expects (3, 3, 3, 64)" in page.error[0].value.replace("\\", "")
    assert "The weights of VGG16 (59 MB) are not on this computer" in texts(page), "still true"
    assert transfer_of(page) == Transfer()
    assert (prepared.path / prepared.state().upload).is_file()
    page.selectbox(key="transfer.backbone").set_value("vgg19")
    assert not run(page).error


@pytest.mark.parametrize("fits", [True, False])
def test_weights_that_the_data_page_is_told_of_are_not_lost(
    home: Home, file_of: Callable[..., Path], fits: bool
) -> None:
    """Whichever page runs first takes a result; the Data page knew of data sets alone."""
    page = opened(small() if fits else Transfer())
    arguments = {"backbone": transfer_of(page).backbone, "path": str(file_of()), "name": "mine.h5"}
    task = create_task(home, "weights_file", arguments)
    task.end(outcome(task))
    Desk(home.root / "desks" / ("f" * 32)).change(task=task.id)
    page.switch_page(str(PROJECT / "pages" / "build" / "data.py"))
    run(page)
    assert transfer_of(page).weights == ("my_mine.h5" if fits else IMAGENET)
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py"))
    run(page)
    assert ("block1_conv1 of VGG16 expects" in texts(page)) is not fits


def test_the_result_of_another_task_is_left_to_its_page(home: Home) -> None:
    page = opened(Transfer())
    task = create_task(home, "check", {"dataset": "digits"})
    task.end(Result())
    desk = Desk(home.root / "desks" / ("f" * 32))
    desk.change(task=task.id)
    run(page)
    assert desk.state().task == task.id
    press(page, "Fetch (59 MB)")
    assert "Something is being made for you already" in texts(page)


def test_memory_that_is_not_there_is_named_with_a_batch_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2 * 10**9))
    training = TrainingSpec(batch_size=256)
    page = opened(Transfer(train_from="block1_conv1"), training=training)
    assert "of memory, and 2.0 GB are free" in texts(page)
    label = next(button.label for button in page.button if button.label.startswith("Use batch size"))
    press(page, label)
    assert not page.warning
    assert spec_of(page).training.batch_size < 256


def test_rare_settings_appear_with_what_they_belong_to() -> None:
    page = opened(Transfer(train_from="block5_conv3"), augmentation=AugmentSpec(rotation=10))
    page.slider(key="architecture.head_epochs").set_value(3)
    run(page)
    page.slider(key="architecture.views").set_value(4)
    run(page)
    assert (transfer_of(page).head_epochs, transfer_of(page).views) == (3, 4)
    assert page.select_slider(key="architecture.fine_tuning_rate").value == 0.1
    assert "once for 4 varied copies of each picture" in texts(page)


def test_the_code_is_that_of_the_network() -> None:
    assert "keras.applications.VGG16(" in opened(Transfer()).code[0].value


def test_the_official_file_handed_over_is_imagenet(
    home: Home, file_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = file_of().read_bytes()
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    monkeypatch.setitem(BACKBONES, "mobilenet_v3_small", replace(SMALL, md5=md5))
    page = opened(small())
    hand_over(page, content, SMALL.file_name)
    assert transfer_of(page).weights == IMAGENET
    assert "ImageNet weights: on this computer (weights folder)" in texts(page)
