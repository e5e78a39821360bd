"""The Classify page with a stand-in for the worker; the worker itself is tested in core."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.datasets.decode import decode_photo
from core.errors import WorkerError
from core.home import PROJECT
from core.inference import PhotoAnswer
from core.runs.folder import RunFolder
from ui import answers, services, thumbnails, uploads
from ui.answers import Photo, is_dark_on_light
from ui.charts import probability_bars
from ui.classify_view import Answered, sentence
from ui.run_pictures import is_light_on_dark
from ui.services import Studio

Make = Callable[..., RunFolder]


class FakeInference:
    """Says 7 to everything at 90 %, but cannot read what is no PNG; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.broken = False

    def warm(self) -> None: ...

    def close(self) -> None: ...

    def classify(self, run: RunFolder, photos: Sequence[bytes], invert: bool = False) -> list[PhotoAnswer]:
        if self.broken:
            raise WorkerError("The worker stopped twice.")
        self.asked += [invert] * len(photos)
        return [self._answer(photo) for photo in photos]

    def _answer(self, photo: bytes) -> PhotoAnswer:
        if not photo.startswith(b"\x89PNG"):
            return PhotoAnswer(None, None, "Expected a picture.")
        probabilities = np.full(10, 0.1 / 9, np.float32)
        probabilities[7] = 0.9
        return PhotoAnswer(probabilities, np.zeros((8, 8, 1), np.uint8))


@pytest.fixture
def inference(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> FakeInference:
    fake = FakeInference()
    studio = replace(studio_without_spare, inference=fake)  # type: ignore[arg-type]
    monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)
    return fake


def opened() -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.switch_page(str(PROJECT / "pages" / "use" / "classify.py")).run()
    assert not page.exception
    return page


def picture(grey: int, number: int = 0) -> tuple[str, bytes, str]:
    buffer = io.BytesIO()
    Image.new("L", (20 + number, 20), grey).save(buffer, "PNG")
    return f"{grey}-{number}.png", buffer.getvalue(), "image/png"


def dropped(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    page.file_uploader(key="drop").set_value(list(files)).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.subheader, *page.markdown, *page.error, *page.warning, *page.caption)
    return "\n".join(element.value for element in elements)


def test_without_a_model_it_leads_to_the_first_one(inference: FakeInference, made_run: Make) -> None:
    made_run(checkpoint=False, exam=False)
    assert opened().subheader[0].value == "No model to ask yet"


def test_a_dark_on_light_photo_is_swapped_until_the_toggle_says_otherwise(
    inference: FakeInference, made_run: Make
) -> None:
    made_run()
    page = dropped(opened(), picture(255))
    assert "This looks like **7**: 90.0\N{NO-BREAK SPACE}%." in words(page)
    assert page.toggle(key="swap-toggle").value
    assert "this photo is dark on light" in words(page)
    page.toggle(key="swap-toggle").set_value(False).run()
    assert inference.asked == [True, False]
    assert not page.toggle(key="swap-toggle").value
    page.run()
    assert inference.asked == [True, False]  # answers are kept


def test_each_photo_is_treated_as_suits_it(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = dropped(opened(), picture(0), picture(255))
    assert inference.asked == [False, True]
    dropped(page, picture(0))
    assert not page.toggle(key="swap-toggle").value


def test_a_file_that_is_no_picture_is_a_row_with_its_reason(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = dropped(opened(), ("text.png", b"words", "image/png"), ("empty.png", b"", "image/png"), picture(0))
    assert [warning.value for warning in page.warning] == ["Expected a picture\\.", "This file is empty\\."]
    assert "This looks like **7**" in words(page)


def test_many_photos_become_a_table(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = dropped(opened(), *[picture(0, number) for number in range(9)], ("text.png", b"words", "image/png"))
    table = page.dataframe[0].value
    assert list(table["answer"]) == ["7"] * 9 + ["✗ Expected a picture."]
    assert table["share"][0] == pytest.approx(90)


def test_a_worker_that_stops_is_said_and_can_be_asked_again(inference: FakeInference, made_run: Make) -> None:
    made_run()
    inference.broken = True
    page = dropped(opened(), picture(0))
    assert "The worker stopped twice" in words(page)
    inference.broken = False
    next(button for button in page.button if button.label == "Try again").click().run()
    assert "This looks like **7**" in words(page)


def test_a_model_that_learns_on_is_asked_anew(inference: FakeInference, made_run: Make) -> None:
    run = made_run()
    page = dropped(opened(), picture(0))
    run.checkpoint.write_bytes(b"another checkpoint")
    page.run()
    assert len(inference.asked) == 2


def test_the_digits_are_light_on_dark(made_run: Make) -> None:
    run = made_run()
    assert is_light_on_dark(run, run.info())
    assert is_dark_on_light(Photo("paper", picture(255)[1]))
    assert not is_dark_on_light(Photo("board", picture(0)[1]))
    assert not is_dark_on_light(Photo("words", b"words"))


def test_a_photo_is_decoded_and_hashed_once_however_often_the_page_runs(
    inference: FakeInference, made_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run of the page decoded all dropped photos again, 100 of them perhaps, and in the server."""
    decode, hashing = Mock(wraps=decode_photo), Mock(wraps=hashlib)
    monkeypatch.setattr(thumbnails, "decode_photo", decode)
    monkeypatch.setattr(answers, "hashlib", hashing)
    photo = picture(255, number=7)
    made_run()
    page = dropped(opened(), photo)
    page.run()
    page.run()
    decode.assert_called_once_with(photo[1], answers.THUMBNAIL)
    hashing.sha256.assert_called_once_with(photo[1])


def test_photos_that_were_taken_out_are_freed(
    inference: FakeInference, made_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit keeps an upload in memory until its session ends."""
    freed: list[str] = []
    monkeypatch.setattr(uploads, "forget", freed.append)
    made_run()
    page = dropped(opened(), picture(0), picture(255))
    first, second = page.session_state["studio.page.uploads"]
    page.run()
    assert freed == []
    dropped(page, picture(0, number=1))
    assert set(freed) >= {first, second}
    (third,) = page.session_state["studio.page.uploads"]
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py")).run()
    assert freed[-1] == third
    assert not page.session_state["studio.page.uploads"]


def test_an_unsure_answer_says_so_and_names_are_text() -> None:
    answer = PhotoAnswer(np.array([0.4, 0.35, 0.25], np.float32), np.zeros((8, 8, 1), np.uint8))
    one = Answered(Photo("x", b""), answer, False)
    assert (
        sentence(one, ("*a*", "b", "c")) == "The model is not sure. Most likely **\\*a\\***: 40.0\N{NO-BREAK SPACE}%."
    )


def test_bars_show_the_likeliest_first() -> None:
    bars = probability_bars(np.array([0.2, 0.5, 0.3], np.float32), ("a", "<b>", "c"), top=2)
    assert bars["data"][0]["text"] == ["50.0\N{NO-BREAK SPACE}%", "30.0\N{NO-BREAK SPACE}%"]
    assert bars["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;", "c"]
