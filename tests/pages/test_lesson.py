"""A lesson on the pages: its box, what it keeps and hides, and the way out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.architecture.transfer import RANDOM, Transfer
from core.augmentation.proof import PROOF
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import About
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import open_dataset, save_dataset
from core.home import PROJECT
from core.lesson import CONTROLS, Lesson, lesson_from_query, lesson_of, lesson_to_query
from core.runs.folder import RunFolder
from core.runs.store import list_runs
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from tests.core.doctor.curves import HISTORIES
from tests.pages.turns import query, run, spec_of
from ui.held import KEEPS
from ui.navigation import PAGES
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")

ALL_BUT_AUGMENTATION = lesson_of({name: "locked" for name in CONTROLS if not name.startswith("augmentation.")})
OF_A_SETTING = re.compile(
    r"(augmentation|training|architecture|layer|shapes|transfer)\.|(augment|model)-(preset|kind)"
    rf"|data\.(kind|sources|own|version|split|{'|'.join(DataSpec.model_fields)})$"
)
HOSTILE = "**bold** <img src=x onerror=alert(1)> [link](http://evil)\nsecond line & www.evil.com"


def opened(name: str, lesson: Lesson | str | None = None, spec: RunSpec | None = None, **query: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    for key, value in query.items():
        page.query_params[key.rstrip("_")] = value
    if lesson is not None:
        page.query_params["lesson"] = lesson if isinstance(lesson, str) else lesson_to_query(lesson)
    return at(page, name)


def at(page: AppTest, name: str) -> AppTest:
    return run(page.switch_page(str(PROJECT / "pages" / PAGES[name].file)))


def button(page: AppTest, label: str) -> Any:
    return next(found for found in page.button if found.label == label)


def boxes(page: AppTest) -> list[str]:
    return [block.proto.body for block in page.get("html") if "studio-lesson'" in block.proto.body]


def links(page: AppTest) -> list[str]:
    return [link.proto.label for link in page.get("page_link")]


@pytest.mark.parametrize("name", PAGES)
def test_the_lesson_stands_on_every_page_and_stays_in_the_address(name: str) -> None:
    lesson = Lesson(title="Turning", text="One.\nTwo.", locked=("training",))
    page = opened(name, lesson)
    (box,) = boxes(page)
    assert "<h2>Turning</h2>" in box
    assert "One.\nTwo." in box
    assert lesson_from_query(query(page, "lesson")) == lesson
    at(page, "train")
    assert boxes(page) == [box]


def test_no_page_has_a_box_without_a_lesson() -> None:
    page = opened("train")
    assert not boxes(page)
    assert not query(page, "lesson")


def test_a_stranger_s_text_is_text() -> None:
    (box,) = boxes(opened("train", Lesson(title="<script>x</script>", text=HOSTILE)))
    assert "<h2>&lt;script&gt;x&lt;/script&gt;</h2>" in box
    assert "**bold** &lt;img src=x onerror=alert(1)&gt; [link](http://evil)\nsecond line &amp; www.evil.com" in box


@pytest.mark.parametrize("damaged", ["x", "A" * 20_000, "eNqrVkosTc9N", lesson_to_query(Lesson(title="T"))[:-12]])
def test_a_damaged_lesson_is_told_and_the_settings_are_there(damaged: str) -> None:
    page = opened("train", damaged, RunSpec(training=TrainingSpec(epochs=7)))
    (told,) = page.warning
    assert told.value.startswith("The lesson in this link cannot be read.")
    assert not boxes(page)
    assert not query(page, "lesson")
    assert spec_of(page).training.epochs == 7


def test_what_is_told_of_a_link_stays_until_another_page_is_opened() -> None:
    """After the first click nothing said any longer that the teacher's lesson is not on."""
    page = opened("train", "x")
    page.slider(key="training.epochs").set_value(9)
    told = [said.value for said in run(page).warning]
    assert [text.partition(".")[0] for text in told] == ["The lesson in this link cannot be read"]
    at(page, "augment")
    assert not page.warning
    at(page, "train")
    assert not page.warning


def test_damaged_settings_and_a_damaged_lesson_are_both_told() -> None:
    page = opened("model", "x", spec_="y")
    (told,) = page.warning
    assert "settings in this link" in told.value
    assert "lesson in this link" in told.value
    assert spec_of(page) == RunSpec()


def test_a_lesson_without_its_settings_is_not_on() -> None:
    """It would keep the defaults under the teacher's text."""
    page = opened("model", Lesson(title="T", locked=("training",)), spec_="y")
    (told,) = page.warning
    assert "settings in this link cannot be read" in told.value
    assert "lesson of this link is not on. Ask your teacher" in told.value
    assert not boxes(page)
    assert not query(page, "lesson")


def test_a_page_that_breaks_keeps_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for a reload, which has nothing but the address."""
    spec, lesson = RunSpec(training=TrainingSpec(epochs=7)), Lesson(title="T")
    page = opened("model", lesson, spec)
    monkeypatch.setattr("ui.share.restores.pictures_note", lambda _id: 1 / 0)
    page.switch_page(str(PROJECT / "pages" / PAGES["share"].file))
    page.run()
    assert page.exception
    assert spec_of(page) == spec
    assert lesson_from_query(query(page, "lesson")) == lesson


def test_locked_controls_are_disabled_and_free_ones_work() -> None:
    page = opened(
        "train", Lesson(locked=("training.epochs", "training.seed")), RunSpec(training=TrainingSpec(epochs=7))
    )
    epochs = page.slider(key="training.epochs")
    assert (epochs.disabled, epochs.help, epochs.value) == (True, KEEPS, 7)
    batch = page.select_slider(key="training.batch_size")
    assert not batch.disabled
    assert batch.help != KEEPS
    batch.set_value(64)
    run(page)
    assert spec_of(page).training == TrainingSpec(epochs=7, batch_size=64)


def test_what_is_locked_is_kept_whatever_changes_it_and_that_is_said_once(made_run: Callable[..., RunFolder]) -> None:
    made = made_run(spec=RunSpec(training=TrainingSpec(epochs=3, batch_size=16)))
    page = opened("train", Lesson(locked=("training.epochs",)), run=made.id)
    button(page, "Clone with changes").click()
    run(page)
    assert spec_of(page).training == TrainingSpec(batch_size=16)
    kept = "The lesson keeps as set: Epochs."
    assert kept in [said.value for said in page.info]
    assert page.slider(key="training.epochs").value == 20
    run(page)
    assert kept not in [said.value for said in page.info]


def test_hidden_controls_are_not_drawn_and_headings_go_with_them() -> None:
    page = opened("train", Lesson(hidden=("training.epochs",)))
    keys = [slider.key for slider in page.slider]
    assert "training.epochs" not in keys
    assert "Settings" in [heading.value for heading in page.subheader]
    page = opened("train", Lesson(hidden=("training", "data")))
    assert not page.slider
    assert not page.select_slider
    assert "Settings" not in [heading.value for heading in page.subheader]
    assert "Advanced" not in [folded.label for folded in page.expander]
    assert "Find a learning rate" not in [folded.label for folded in page.expander]
    assert button(page, "Start training")


@pytest.mark.parametrize("name", ["data", "augment", "model", "train"])
@pytest.mark.parametrize("mode", ["locked", "hidden"])
@pytest.mark.parametrize("transfer", [False, True])
def test_pages_whose_settings_are_all_kept(name: str, mode: str, transfer: bool) -> None:
    """Nothing that can be set is left; the rest of each page is there."""
    spec = RunSpec(
        augmentation=AugmentSpec(rotation=10), architecture=Transfer() if transfer else RunSpec().architecture
    )
    page = opened(name, Lesson.model_validate({mode: ("data", "augmentation", "architecture", "training")}), spec)
    kinds = ("slider", "select_slider", "selectbox", "button_group", "toggle", "radio", "number_input", "color_picker")
    found: list[Any] = [widget for kind in kinds for widget in page.get(kind)]
    settings = [widget for widget in found if OF_A_SETTING.match(str(widget.key))]
    assert all(widget.disabled for widget in settings), [widget.key for widget in settings]
    assert bool(settings) == (mode == "locked")
    assert not [heading.value for heading in page.subheader if mode == "hidden" and heading.value == "Pictures"]


def test_presets_keep_the_locked_knobs() -> None:
    page = opened("augment", Lesson(locked=("augmentation.zoom",)), RunSpec(augmentation=AugmentSpec(zoom=0.5)))
    page.button_group(key="augment-preset").set_value("notebook")
    run(page)
    assert (spec_of(page).augmentation.zoom, spec_of(page).augmentation.rotation) == (0.5, 30.0)
    assert any("The lesson keeps" in said.value for said in page.info)


def test_presets_that_differ_in_what_is_kept_alone_are_offered_once() -> None:
    fields = AugmentSpec.model_fields
    page = opened("augment", Lesson(locked=tuple(f"augmentation.{name}" for name in fields if name != "shear")))
    assert page.button_group(key="augment-preset").options == ["None", "Strong"]
    page = opened("augment", Lesson(locked=("augmentation.noise",)))
    assert page.button_group(key="augment-preset").options == ["None", "Gentle", "Notebook", "Strong"]


def test_many_kept_settings_are_not_named(made_run: Callable[..., RunFolder]) -> None:
    training = TrainingSpec(epochs=3, batch_size=16, seed=1, learning_rate=0.01, early_stopping=2)
    page = opened("train", Lesson(locked=("training",)), run=made_run(spec=RunSpec(training=training)).id)
    button(page, "Clone with changes").click()
    said = [said.value for said in run(page).info]
    assert "The lesson keeps some of these settings as they are." in said


@pytest.mark.parametrize(
    ("lesson", "offered"),
    [
        (None, True),
        (Lesson(locked=("training", "augmentation")), True),
        (Lesson(locked=("architecture",)), False),
        (Lesson(pages=("train",)), False),
    ],
)
def test_a_remedy_that_changes_what_is_kept_alone_is_not_offered(
    made_run: Callable[..., RunFolder], lesson: Lesson | None, offered: bool
) -> None:
    made = made_run()
    made.events.write_bytes((HISTORIES / "overfitting_digits.jsonl").read_bytes())
    page = opened("evaluate", lesson, run=made.id, tab="curves")
    assert any("Overfitting" in said.value for said in page.markdown)
    assert ("Try with dropout 0.3" in [found.label for found in page.button]) == offered


def test_a_hidden_network_is_still_shown_with_its_totals() -> None:
    page = opened("model", Lesson(hidden=("architecture",)))
    assert not page.button_group
    assert any("studio-totals" in block.proto.body for block in page.get("html"))
    assert button(page, "Train it")


def test_hidden_pages_are_left_out_of_the_road_and_the_next_step_skips_them() -> None:
    lesson = Lesson(pages=("model", "compare"))
    page = opened("augment", lesson)
    assert links(page)[:5] == ["Data", "Augment", "Train", "Evaluate", "Classify"]
    assert "Shape the network" not in [found.label for found in page.button]
    button(page, "On to Train").click()
    run(page)
    assert button(page, "Start training")


def test_there_is_no_next_step_where_the_road_ends() -> None:
    page = opened("model", Lesson(pages=("train", "evaluate", "classify")))
    assert not [found for found in page.button if found.label.startswith(("On to", "Train it"))]


@pytest.mark.parametrize("name", list(PAGES))
def test_the_address_of_a_hidden_page_leads_to_a_sentence_with_a_way_on(name: str) -> None:
    page = opened(name, Lesson(title="T", pages=(name,)))
    assert [said.value for said in page.info] == [f"This lesson does without the page “{PAGES[name].title}”."]
    assert any(label.startswith("Go on with") for label in links(page))
    assert boxes(page)


def test_a_lesson_without_any_page_can_be_left() -> None:
    page = opened("train", Lesson(pages=tuple(PAGES)))
    assert not links(page)
    button(page, "Leave the lesson").click()
    run(page)
    assert button(page, "Start training")


def test_pages_that_are_not_there_do_no_harm() -> None:
    page = opened("train", Lesson(pages=("nowhere",)))
    assert button(page, "Start training")


def test_leaving_keeps_the_settings_and_frees_them() -> None:
    page = opened("train", Lesson(pages=("model",), locked=("training",)), RunSpec(training=TrainingSpec(epochs=7)))
    button(page, "Leave the lesson").click()
    run(page)
    assert not boxes(page)
    assert not query(page, "lesson")
    assert "Model" in links(page)
    page.slider(key="training.epochs").set_value(9)
    run(page)
    assert spec_of(page).training.epochs == 9


def test_a_lesson_begins_without_the_first_run_whose_settings_are_others() -> None:
    page = opened("start", ALL_BUT_AUGMENTATION)
    assert "Train my first CNN" not in [found.label for found in page.button]
    button(page, "Begin").click()
    run(page)
    assert page.radio(key="data.sources").disabled
    assert "Train my first CNN" not in [found.label for found in opened("evaluate", ALL_BUT_AUGMENTATION).button]


NOT_PART = "so this experiment is not part of it."


@pytest.mark.parametrize(
    ("lesson", "why"),
    [
        (None, ""),
        (Lesson(title="T"), ""),
        (Lesson(locked=("training.batch_size",)), ""),
        (Lesson(locked=("data.dataset", "training.epochs")), f"The lesson keeps Data set, Epochs as set, {NOT_PART}"),
        (Lesson(hidden=("architecture",)), f"The lesson keeps Network as set, {NOT_PART}"),
        (Lesson(locked=("data", "training")), f"The lesson keeps other settings than these, {NOT_PART}"),
    ],
)
def test_the_shapes_proof_does_not_start_where_it_would_leave_the_lesson(lesson: Lesson | None, why: str) -> None:
    other_shapes = shapes_id(ShapesSpec(seed=1))
    page = opened("augment", lesson, RunSpec(data=DataSpec(dataset=other_shapes, image_size=16)))
    assert page.button(key="proof-train").disabled == bool(why)
    assert [said.value for said in page.caption if NOT_PART in said.value] == [why] * bool(why)


def test_a_lesson_with_the_settings_of_the_proof_has_it(studio_without_spare: Studio) -> None:
    """Of the two runs one has other augmentation: where that is free, they are what the lesson is about."""
    lesson = Lesson(locked=("data", "architecture", "training"))
    page = opened("augment", lesson, PROOF["with"])
    button(page, "Train both").click()
    run(page)
    assert len(list_runs(studio_without_spare.home)) == 2
    page = opened("augment", lesson.model_copy(update={"locked": ("augmentation.rotation",)}), PROOF["with"])
    assert page.button(key="proof-train").disabled


def test_four_routes_do_not_start_where_they_would_leave_the_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.submit.weights_problem", lambda home, architecture: "")
    page = opened("routes", Lesson(locked=("data.image_size",)))
    keys = ("race", "try-everything_trainable", "try-raw_pixels")
    assert [page.button(key=key).disabled for key in keys] == [True] * 3
    why = f"The lesson keeps Picture size as set, {NOT_PART}"
    assert [said.value for said in page.caption if NOT_PART in said.value] == [why] * 3
    page = opened("routes", Lesson(locked=("data.image_size",)), RunSpec(data=DataSpec(image_size=128)))
    assert not [key for key in keys if page.button(key=key).disabled], "as large as the lesson has them"
    page = opened("routes", Lesson(locked=("architecture",)), RunSpec(data=DataSpec(image_size=128)))
    assert [page.button(key=key).disabled for key in keys] == [True] * 3
    button(page, "Leave the lesson").click()
    run(page)
    assert not [key for key in keys if page.button(key=key).disabled]


@pytest.mark.parametrize("pages", [(), ("train",)])
def test_a_run_is_cloned_only_where_the_lesson_has_a_page_to_train_on(
    made_run: Callable[..., RunFolder], pages: tuple[str, ...]
) -> None:
    page = opened("compare", Lesson(pages=pages))
    page.session_state["studio.page.compare-opened"] = made_run().id
    assert ("Clone with changes" in [found.label for found in run(page).button]) == (not pages)


@pytest.mark.parametrize("dataset", ["gone-1a2b", "mnist"])
def test_pictures_that_are_not_here_can_be_replaced_whatever_the_lesson_keeps(dataset: str) -> None:
    spec = RunSpec(data=DataSpec(dataset=dataset, image_size=28), training=TrainingSpec(epochs=7))
    page = opened("augment", Lesson(pages=("data",), locked=("data", "training")), spec)
    assert "The pictures of this lesson are not here. Get them, or choose others." in [
        said.value for said in page.warning
    ]
    assert links(page)[0] == "Data", "the page is shown while it is needed"
    assert spec_of(page) == spec, "all is restored"
    button(page, "Go back to the digits").click()
    run(page)
    assert spec_of(page).data == DataSpec()
    assert spec_of(page).training.epochs == 7
    assert links(page)[0] == "Augment", "from now on the lesson keeps these pictures"


@pytest.mark.parametrize("name", ["data", "augment", "train"])
def test_private_pictures_of_a_lesson_are_told_in_one_sentence(
    name: str, studio_without_spare: Studio, look_as: Callable[..., None]
) -> None:
    digits = open_dataset(studio_without_spare.home, "digits")
    about = About(**{field: getattr(digits.meta, field) for field in About.model_fields} | {"title": "Zoo"})
    made = save_dataset(
        studio_without_spare.home, about, digits.images, digits.labels, digits.parts, owner=owner_of("a" * 32)
    )
    look_as("b" * 32)
    page = opened(name, Lesson(locked=("data",)), RunSpec(data=DataSpec(dataset=made.meta.id, image_size=8)))
    told = "The pictures of this lesson are private. Ask your teacher to publish them, or choose others."
    assert page.warning[0].value == told
    every = [said.value for kind in (page.markdown, page.caption, page.error, page.info) for said in kind]
    assert not [said for said in every if "not here" in said or "another computer" in said]
    assert name != "augment" or not [said for said in every if "private" in said]
    assert ("Choose pictures" in links(page)) == (name != "data")


@pytest.mark.parametrize("mode", ["locked", "hidden"])
def test_weights_of_a_lesson_can_be_fetched_whatever_it_does_without(mode: str) -> None:
    lesson = Lesson.model_validate({"pages": ("model",), mode: ("architecture",)})
    page = opened("train", lesson, RunSpec(data=DataSpec(image_size=32, colour_mode="rgb"), architecture=Transfer()))
    told = "The weights that this lesson begins with are not on this computer. Fetch them first."
    assert told in [said.value for said in page.warning]
    assert "Model" in links(page), "the page is shown while it is needed"
    button(page, "Mend it").click()
    run(page)
    (fetch,) = [found for found in page.button if found.label.startswith("Fetch (")]
    assert not fetch.disabled
    assert "Get the weights" not in links(page)


@pytest.mark.parametrize("mode", ["locked", "hidden"])
def test_weights_of_the_teacher_s_own_can_be_replaced(mode: str) -> None:
    lesson = Lesson.model_validate({"pages": ("model",), mode: ("architecture", "training")})
    spec = RunSpec(data=DataSpec(image_size=32, colour_mode="rgb"), architecture=Transfer(weights="mine.h5"))
    page = opened("train", lesson, spec)
    assert any("begins with the weights file mine.h5" in said.value.replace("\\", "") for said in page.warning)
    at(page, "model")
    button(page, "Train from random weights").click()
    run(page)
    assert spec_of(page).architecture == Transfer(weights=RANDOM)
    assert "Model" not in links(page), "from now on the lesson keeps these weights"
    assert spec_of(page).training == spec.training


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("dataset", ["gone-1a2b", "mnist", "shapes-nonsense"])
def test_a_link_to_pictures_that_are_not_here_opens_every_page(name: str, dataset: str) -> None:
    spec = RunSpec(data=DataSpec(dataset=dataset, image_size=28), training=TrainingSpec(epochs=7))
    assert spec_of(opened(name, spec=spec)) == spec


def test_what_is_missing_is_named_with_the_ways_on() -> None:
    page = opened("augment", spec=RunSpec(data=DataSpec(dataset="mnist", image_size=28)))
    assert [heading.value for heading in page.subheader] == ["Handwritten digits (MNIST)"]
    assert {"Get it on the Data page", "Go back to the digits"} <= {found.label for found in page.button}
    page = opened("augment", spec=RunSpec(data=DataSpec(dataset="cats-1a2b")))
    assert [heading.value for heading in page.subheader] == ["This data set is not here"]
    assert any("cats" in said.value for said in page.markdown)
    button(page, "Choose others or bring them in").click()
    run(page)
    assert any("cats" in said.value for said in page.markdown), "the Data page names it too"


def test_a_link_made_for_pictures_of_another_size_is_taken_as_it_is() -> None:
    """The network sees what the link says, whatever the set keeps."""
    page = opened("model", spec=RunSpec(data=DataSpec(image_size=32, colour_mode="rgb")))
    assert spec_of(page).input_shape == (32, 32, 3)


def test_what_it_hides_is_not_among_the_settings_of_a_run_either(made_run: Callable[..., RunFolder]) -> None:
    hidden = {
        "training.optimizer": "Optimizer",
        "data.split_policy": "Split",
        "data.image_size": "Picture size",
        "architecture": "Network",
        "augmentation": "Augmentation",
    }
    seen = [
        [f"<dt>{title}</dt>" in body for title in hidden.values()]
        for lesson in (Lesson(), Lesson(hidden=tuple(hidden)))
        for body in ["".join(one.proto.body for one in opened("train", lesson, run=made_run().id).get("html"))]
    ]
    assert seen == [[True] * 5, [False] * 5]
