"""The honesty meter on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.augmentation.draws import units_of
from core.augmentation.spec import AugmentSpec
from core.datasets.store import open_dataset
from core.home import Home
from core.runs.folder import RunFolder, State
from core.wavering import Question, Wavering, ways_of
from core.waverings import WaverAnswer
from tests.pages.turns import run
from ui.augment import meter, meter_ask
from ui.augment.meter import headline
from ui.augment.meter_worst import sentence

PERCENT = "\N{NO-BREAK SPACE}%"


class Waverings:
    """Says what a test wants: of photos at once; and keeps who asked what."""

    def __init__(self) -> None:
        self.photo: WaverAnswer | None = None
        self.sample = WaverAnswer(done=0.25)
        self.known_samples: list[Question] = []
        self.asked: list[Question] = []
        self.retried: list[Question] = []
        self.left = 0

    def ask(self, question: Question, asker: str, patience: float = 0.0) -> WaverAnswer:
        self.asked.append(question)
        if len(question.numbers) > 1:
            return self.sample
        return self.photo or WaverAnswer(answer_to(question))

    def known(self, question: Question) -> WaverAnswer | None:
        return WaverAnswer(answer_to(question)) if question in self.known_samples else None

    def leave(self, asker: str) -> None:
        self.left += 1

    def try_again(self, question: Question) -> None:
        self.retried.append(question)
        self.photo = None


def answer_to(question: Question, turned: int = 9) -> Wavering:
    """All pictures are called 6; where the rotation is on, the first half of the copies is called `turned`."""
    ways, pictures = ways_of(question.augmentation), len(question.numbers)
    said = np.full((pictures, len(ways), question.views), 6)
    for place, way in enumerate(ways):
        said[:, place, : question.views // 2] = turned if way.rotation else 6
    sure = np.linspace(0.9, 0.5, said.size, dtype=np.float32).reshape(said.shape)
    return Wavering(np.full(pictures, 6), np.full(pictures, 0.75, np.float32), said, sure)


@pytest.fixture
def waverings(monkeypatch: pytest.MonkeyPatch) -> Waverings:
    made = Waverings()
    monkeypatch.setattr(meter_ask, "_waverings", lambda: made)
    return made


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was handed to the chart last."""
    handed: dict[str, Any] = {}
    monkeypatch.setattr(meter, "chart", lambda figure, **options: handed.update(figure=figure, **options))
    return handed


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were linked to; outside the app there are none."""
    names: list[str] = []
    monkeypatch.setattr(meter, "link_to", lambda name, _label: names.append(name))
    return names


def page(augmentation: AugmentSpec, number: int = 67, size: int = 8) -> AppTest:
    def script(augmentation, number, size):  # its source alone is run
        from core.datasets.store import open_dataset
        from core.spec import DataSpec
        from ui.augment.meter import honesty_meter
        from ui.services import studio

        digits = open_dataset(studio().home, "digits")
        honesty_meter(digits, DataSpec(image_size=size), number, augmentation, digits.meta.classes)

    return run(AppTest.from_function(script, default_timeout=30, args=(augmentation, number, size)))


TURNED = AugmentSpec(rotation=180, zoom=0.1)


@pytest.mark.usefixtures("made_run")
def test_with_augmentation_off_nothing_is_asked(waverings: Waverings) -> None:
    opened = page(AugmentSpec())
    assert "Move a slider first" in opened.caption[0].value
    assert not opened.selectbox
    assert not waverings.asked


@pytest.mark.usefixtures("studio_without_spare")
def test_without_a_model_of_these_pictures_the_way_to_one_is_shown(
    made_run: Callable[..., RunFolder], waverings: Waverings, linked: list[str]
) -> None:
    made_run("Half done", state=State.PAUSED)
    opened = page(TURNED)
    assert "No model has learnt from these pictures yet" in opened.caption[0].value
    assert linked == ["train"]
    assert not waverings.asked


def test_a_picture_is_asked_about_at_once(
    made_run: Callable[..., RunFolder], waverings: Waverings, shown: dict[str, Any]
) -> None:
    made = made_run()
    opened = page(TURNED)
    (question,) = waverings.asked
    assert (question.run.id, question.dataset_id, question.numbers) == (made.id, "digits", (67,))
    assert question.checkpoint == made.checkpoint.stat().st_mtime_ns
    assert (question.views, question.augmentation) == (24, TURNED)
    sentences = [text.value for text in opened.markdown]
    assert sentences[0] == (
        f"Your model changes its mind on **50.0{PERCENT}** of the warped copies of this picture, most by **rotation**."
    )
    (bars,) = shown["figure"]["data"]
    assert bars["x"] == [0.5, 0.0, 0.5]
    assert shown["figure"]["layout"]["yaxis"]["ticktext"] == ["Rotation", "Zoom", "All together"]


def test_the_worst_copy_is_told_in_the_amount_that_did_it(
    made_run: Callable[..., RunFolder], waverings: Waverings, home: Home
) -> None:
    """Picture 67 is a 6, and its first view the most confident copy."""
    made_run()
    assert open_dataset(home, "digits").labels[67] == 6
    turn = 180 * (2 * units_of(0, [0], 67)[0, 0] - 1)
    way = "anticlockwise" if turn > 0 else "clockwise"
    opened = page(TURNED)
    assert opened.markdown[-1].value == f"Turned by {abs(round(turn))}° {way}, your model calls this **6** a **9**."


def test_times_an_epoch_changes_no_copy_and_asks_nothing_new(
    made_run: Callable[..., RunFolder], waverings: Waverings
) -> None:
    made_run()
    page(TURNED)
    page(TURNED.model_copy(update={"repeats": 5}))
    assert waverings.asked[0] == waverings.asked[1]


def test_a_sample_is_asked_about_on_a_click(
    made_run: Callable[..., RunFolder], waverings: Waverings, home: Home, shown: dict[str, Any]
) -> None:
    made = made_run()
    opened = page(TURNED)
    assert [button.label for button in opened.button] == ["Ask about 60 test pictures"]
    opened.button[0].click()
    run(opened)
    sample = next(question for question in waverings.asked if len(question.numbers) > 1)
    with np.load(made.split) as split:
        assert set(sample.numbers) <= set(split["test"].tolist())
    assert len(sample.numbers) == 60
    assert set(open_dataset(home, "digits").labels[list(sample.numbers)].tolist()) == set(range(10))
    assert not opened.button
    waverings.sample = WaverAnswer(answer_to(sample))
    run(opened)
    assert f"**50.0{PERCENT}** of the warped copies of 60 test pictures" in opened.markdown[0].value
    sixes = int((open_dataset(home, "digits").labels[list(sample.numbers)] == 6).sum())
    assert f"it names {sixes / 60:.1%}".replace("%", PERCENT) in opened.caption[0].value
    assert [trace["name"] for trace in shown["figure"]["data"]] == ["this picture", "60 test pictures"]


def test_a_sample_that_somebody_asked_about_is_shown_and_other_settings_are_offered_anew(
    made_run: Callable[..., RunFolder], waverings: Waverings, shown: dict[str, Any]
) -> None:
    made_run()
    opened = page(TURNED)
    opened.button[0].click()
    run(opened)
    waverings.known_samples = [question for question in waverings.asked if len(question.numbers) > 1][:1]
    again = page(TURNED)
    assert not again.button
    assert len(shown["figure"]["data"]) == 2
    assert page(TURNED.model_copy(update={"zoom": 0.2})).button[0].label == "Ask about 60 test pictures"


def test_while_it_looks_the_page_says_so(
    made_run: Callable[..., RunFolder], waverings: Waverings, shown: dict[str, Any]
) -> None:
    made_run()
    waverings.photo = WaverAnswer()
    opened = page(TURNED)
    assert opened.status[0].label == "Your model looks at 72 copies of this picture …"
    assert shown["figure"]["data"][0]["x"] == [None] * 3


def test_why_there_is_no_answer_is_said_and_it_can_be_tried_again(
    made_run: Callable[..., RunFolder], waverings: Waverings, shown: dict[str, Any]
) -> None:
    made_run()
    waverings.photo = WaverAnswer(error="The set is gone.")
    opened = page(TURNED)
    assert opened.error[0].value == r"The set is gone\."
    assert not shown
    opened.button[0].click()
    run(opened)
    assert waverings.retried
    assert shown["figure"]
    assert not opened.error


@pytest.mark.usefixtures("waverings")
def test_a_model_that_looks_at_other_pixels_says_so(made_run: Callable[..., RunFolder]) -> None:
    made_run()
    said = "This model looks at pictures of 8 × 8 px in grey, so that is how it is asked."
    assert said not in [caption.value for caption in page(TURNED).caption]
    assert page(TURNED, size=16).caption[0].value == said


def test_a_model_that_never_changes_its_mind() -> None:
    found = answer_to(Question(RunFolder(None), 0, "", (1,), 4, AugmentSpec(zoom=0.1, shear=9)))  # type: ignore[arg-type]
    assert headline("of this picture", found, ["Zoom", "Shear", "All together"]) == (
        "Your model stays with its answer on all warped copies of this picture."
    )


@pytest.mark.parametrize(
    ("before", "after", "true", "said"),
    [
        ("6", "9", "6", "your model calls this **6** a **9**."),
        ("6", "8", "6", "your model calls this **6** an **8**."),
        ("8", "6", "6", "your model says **6** instead of **8**."),
        ("cats", "dogs", "cats", "your model says **dogs** instead of **cats**."),
        ("*x*", "<b>", "*x*", r"your model says **\<b\>** instead of **\*x\***."),
    ],
)
def test_what_the_model_calls_it(before: str, after: str, true: str, said: str) -> None:
    assert sentence("turned by 171° clockwise", before, after, true) == f"Turned by 171° clockwise, {said}"
