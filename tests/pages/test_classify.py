"""The Classify page with a stand-in for the worker; the worker itself is tested in core."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import piles
from core.datasets.decode import decode_photo
from core.datasets.importing.sources import open_source
from core.errors import WorkerError
from core.explaining import HeatMap, as_reply
from core.handlers import HANDLERS
from core.home import PROJECT, current_home
from core.inference import PhotoAnswer
from core.novelty import LOOKS, Cloud, Reference, reference_file
from core.questions import Questions
from core.runs.folder import RunFolder, State
from core.spec import DataSpec, RunSpec
from ui import answers, services, thumbnails, uploads
from ui.answers import Photo, is_dark_on_light
from ui.charts import probability_bars
from ui.classify import dropped as classify_dropped
from ui.classify import tab
from ui.classify.view import Answered, sentence
from ui.run_pictures import is_light_on_dark
from ui.services import Studio

Make = Callable[..., RunFolder]


class FakeInference:
    """Says 7 to everything at 90 %, but cannot read what is no PNG; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.broken = False
        self.piles: list[bool | None] = []
        self.distance = 1.0
        self.others = dict.fromkeys(("familiar", "grad_cam"), 0)

    def warm(self) -> None: ...

    def close(self) -> None: ...

    def classify(self, run: RunFolder, photos: Sequence[bytes], invert: bool = False) -> list[PhotoAnswer]:
        if self.broken:
            raise WorkerError("The worker stopped twice.")
        self.asked += [invert] * len(photos)
        return [self._answer(photo) for photo in photos]

    def ask(
        self, do: str, header: dict[str, Any], arrays: Any = None, within: float = 0.0, tell: Any = None
    ) -> tuple[dict[str, Any], Any]:
        """The worker's own answer about a pile, in this process, but for what the model says."""
        if do == "pile_photo":
            return HANDLERS[do](header, {}, lambda done, of: None)
        if do in self.others:
            self.others[do] += 1
            return self._other(do, header, arrays)
        assert do == "pile"
        self.piles.append(header["swap"])
        with open_source(Path(header["source"])) as source:
            names, contents = [entry.name for entry in source.entries], [source.read(one) for one in source.entries]
        if not names:
            none: dict[str, Any] = {name: np.empty((0, 10), np.float32) for name in piles.ARRAYS}
            return {"names": [], "errors": [], "files": 0, "problem": ""}, none
        answered = [self._answer(content) for content in contents]
        nothing = np.full(10, np.nan, np.float32)
        found = [nothing if one.probabilities is None else one.probabilities for one in answered]
        reply = {"names": names, "errors": [one.error for one in answered], "files": len(names), "problem": ""}
        without = np.full(1 + LOOKS, np.nan, np.float32)
        features = np.stack([without if one.features is None else one.features for one in answered])
        arrays = {"probabilities": np.stack(found), "swapped": np.zeros(len(names), np.bool_), "features": features}
        return reply, arrays | {"thumbnails": np.empty(0, np.uint8), "ends": np.zeros(len(names), np.int64)}

    def _other(self, do: str, header: dict[str, Any], arrays: Any) -> tuple[dict[str, Any], Any]:
        """What speaks for a class is the upper left corner; a picture is as far as its one number says."""
        if do == "familiar":
            run = RunFolder(Path(header["run"]))
            made, looks = (Cloud(np.zeros((1, n), np.float32), np.eye(n, dtype=np.float32)) for n in (1, LOOKS))
            known = Reference(made, looks, np.array([5, 5], np.float32), 100)
            np.savez(reference_file(run), stamp=run.checkpoint.stat().st_mtime_ns, **known.arrays)
            return {"references": 100}, {}
        probabilities = np.full(10, 0.1, np.float32)
        return as_reply(HeatMap(np.eye(4, dtype=np.float32), "conv", ("conv",), header["class_number"], probabilities))

    def _answer(self, photo: bytes) -> PhotoAnswer:
        if not photo.startswith(b"\x89PNG"):
            return PhotoAnswer(None, None, "Expected a picture.")
        probabilities = np.full(10, 0.1 / 9, np.float32)
        probabilities[7] = 0.9
        seen = np.full((8, 8, 1), zlib.crc32(photo) % 256, np.uint8)
        return PhotoAnswer(probabilities, seen, features=np.array([self.distance, 0, 0], np.float32))


@pytest.fixture
def inference(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> FakeInference:
    fake = FakeInference()
    studio = replace(
        studio_without_spare,
        inference=fake,  # type: ignore[arg-type]
        many=Questions(fake, 10),  # type: ignore[arg-type]
        quick=Questions(fake, 10),  # type: ignore[arg-type]
        long=Questions(fake, 10),  # type: ignore[arg-type]
    )
    monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)
    return fake


def opened(run: RunFolder | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if run:
        page.query_params["run"] = run.id
    page.switch_page(str(PROJECT / "pages" / "use" / "classify.py")).run()
    assert not page.exception
    return page


def picture(grey: int, number: int = 0) -> tuple[str, bytes, str]:
    buffer = io.BytesIO()
    Image.new("L", (20 + number, 20), grey).save(buffer, "PNG")
    return f"{grey}-{number}.png", buffer.getvalue(), "image/png"


def dropped(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    page.file_uploader(key="drop-0").set_value(list(files)).run()
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


def piled(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    """Many photos, and the page as it is once they are answered."""
    dropped(page, *files)
    return answered(page, lambda: bool(page.dataframe))


def answered(page: AppTest, is_there: Callable[[], bool]) -> AppTest:
    end = time.monotonic() + 20
    while not is_there():
        assert time.monotonic() < end, words(page)
        time.sleep(0.05)
        page.run()
        assert not page.exception
    return page


def pile_on_a_desk() -> Path:
    return next(current_home().root.glob("desks/*/asked/*.zip"))


def elsewhere_and_back(page: AppTest) -> AppTest:
    """What a page's widgets hold is gone when it is opened again."""
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py")).run()
    page.switch_page(str(PROJECT / "pages" / "use" / "classify.py")).run()
    assert not page.exception
    return page


NINE = [picture(0, number) for number in range(9)]


def test_many_photos_become_a_table(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = piled(opened(), *NINE, ("text.png", b"words", "image/png"))
    table = page.dataframe[0].value
    assert sorted(table["answer"]) == ["", *["7"] * 9]
    assert sorted(table["reason"]) == [*[""] * 9, "Expected a picture."]
    assert table["share"][0] == pytest.approx(90)
    assert table["second_share"][0] == pytest.approx(100 * 0.1 / 9)
    assert "is" not in table  # no folder is called as a class
    assert inference.piles == [None]
    page.segmented_control(key="pile-swap").set_value("none").run()
    answered(page, lambda: len(inference.piles) == 2)
    assert inference.piles == [None, False]
    elsewhere_and_back(page)
    assert page.segmented_control(key="pile-swap").value == "none"


def test_a_pile_outlives_a_reload_and_goes_with_a_press(inference: FakeInference, made_run: Make) -> None:
    made_run()
    piled(opened(), *NINE)
    page = opened()
    answered(page, lambda: bool(page.dataframe))
    page.button(key="classify-clear").click().run()
    assert not page.dataframe
    assert "The answer appears here" in page.info[-1].value
    assert "The answer appears here" in opened().info[-1].value


def test_while_a_pile_is_there_no_sample_takes_its_place(inference: FakeInference, made_run: Make) -> None:
    """A click on one threw forty photos away."""
    made_run()
    caption = "Pick a test picture, which the model has never learnt from."
    page = opened()
    assert caption in words(page)
    piled(page, *NINE)
    assert caption not in words(page)
    page.button(key="classify-clear").click().run()
    assert caption in words(page)


def test_tabs_of_one_browser_keep_out_of_each_others_photos(
    inference: FakeInference, made_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One showed the other's pile, and dropping a photo deleted it."""
    made_run()
    first = piled(opened(), *NINE)
    monkeypatch.setattr(tab, "_tab", lambda: "second")  # the first stays open
    second = opened()
    assert "The answer appears here" in second.info[-1].value
    dropped(second, picture(0))
    assert "This looks like **7**" in words(second)
    elsewhere_and_back(second).button(key="classify-clear").click().run()
    first.run()
    assert first.dataframe
    assert pile_on_a_desk().exists()


def test_a_few_photos_and_the_other_models_outlive_another_page_and_a_reload(
    inference: FakeInference, made_run: Make
) -> None:
    first, other = made_run("First"), made_run("Other")
    page = dropped(opened(first), picture(0), picture(255))
    page.selectbox(key="other-0").set_value(other.id).run()
    for again in (elsewhere_and_back(page), opened(first)):
        assert words(again).count("This looks like **7**") == 4
        assert again.selectbox(key="other-0").value == other.id
    again.button(key="classify-clear").click().run()
    assert "This looks like" not in words(again)


def test_photos_that_were_taken_out_of_the_drop_area_are_gone_after_a_reload_too(
    inference: FakeInference, made_run: Make
) -> None:
    made_run()
    page = dropped(opened(), picture(0), picture(255))
    dropped(page, picture(255))
    assert words(opened()).count("This looks like **7**") == 1
    dropped(page)
    assert "The answer appears here" in opened().info[-1].value


def test_an_archive_and_photos_dropped_together_are_one_pile(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = piled(opened(), ("a.zip", b"PK", "application/zip"), picture(0))
    assert page.dataframe[0].value["name"].tolist() == ["0-0.png"]
    with zipfile.ZipFile(pile_on_a_desk()) as archive:
        assert archive.namelist() == ["a.zip", "0-0.png"]


def test_what_holds_no_picture_is_said_so(inference: FakeInference, made_run: Make) -> None:
    made_run()
    texts = [(f"{number}.png", b"words", "image/png") for number in range(9)]
    page = piled(opened(), *texts)
    assert page.error[0].value == "There is no picture among these files. The table says why, file by file."
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    page.file_uploader(key="drop-1").set_value([("none.zip", buffer.getvalue(), "application/zip")]).run()
    answered(page, lambda: bool(page.error) and "archive" in page.error[0].value)
    assert page.error[0].value == "There is no picture in this archive\\."
    assert "Try again" not in [button.label for button in page.button]


def in_class_folders() -> tuple[str, bytes, str]:
    """An archive of four pictures: two of 7, one of 3, one in a folder that no class is called."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for folder, number in (("7", 1), ("7", 2), ("3", 3), ("other", 4)):
            archive.writestr(f"photos/{folder}/{number}.png", picture(0, number)[1])
    return "photos.zip", buffer.getvalue(), "application/zip"


def test_folders_called_as_classes_give_the_accuracy(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = piled(opened(), in_class_folders())
    table = page.dataframe[0].value
    assert list(zip(table["is"], table["right"], strict=True))[:3] == [("3", "✗"), ("7", "✓"), ("7", "✓")]
    assert table[["is", "right"]].iloc[3].tolist() == ["", ""]
    assert "66.7\N{NO-BREAK SPACE}%: 2 of 3 as their folder says" in "".join(
        html.proto.body for html in page.get("html")
    )
    assert "1 of 1 pictures of 3 was called 7" in [button.label for button in page.button]


def test_what_is_unlike_training_has_a_mark_in_the_table_and_in_the_file(
    inference: FakeInference, made_run: Make
) -> None:
    made_run()
    inference.distance = 7.0
    page = piled(opened(), *NINE, ("text.png", b"words", "image/png"))
    answered(page, lambda: "unlike" in page.dataframe[0].value)
    assert page.dataframe[0].value["unlike"].tolist().count("? unlike training") == 9
    assert "Unlike anything in training</dt><dd>9" in "".join(html.proto.body for html in page.get("html"))


def test_a_cell_of_the_matrix_chooses_what_the_table_shows(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = piled(opened(), in_class_folders())
    page.session_state["studio.page.classify.pile-cell"] = (pile_on_a_desk().stem, (3, 7))
    answered(page.run(), lambda: len(page.dataframe[0].value) == 1)
    assert page.dataframe[0].value["name"].tolist() == ["photos/3/3.png"]
    assert "**3, called 7: 1 picture**" in words(page)
    next(button for button in page.button if button.label == "All photos").click().run()
    assert len(page.dataframe[0].value) == 4


def test_a_ticked_row_shows_its_bars(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = piled(opened(), *NINE, ("text.png", b"words", "image/png"))
    answered(page, lambda: inference.others["familiar"] == 1)
    assert "This looks like" not in words(page.run())
    page.session_state[str(page.dataframe[0].key)] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    assert not page.exception
    assert "This looks like **7**" in words(page)


def test_what_is_unlike_anything_in_training_is_said(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = dropped(opened(), picture(0))
    answered(page, lambda: inference.others["familiar"] == 1)
    assert "does not look like anything" not in words(page)
    inference.distance = 7.0
    dropped(page, picture(0, 1))
    answered(page, lambda: "This does not look like anything it was trained on." in words(page))
    assert "None of these? The model says **7**" in words(page)
    assert "this is 7.0 away from the nearest class; 99% of the validation pictures" in words(page)
    assert "are within 5.0" in words(page)
    assert "contrast and roughness" not in words(page)
    assert inference.others["familiar"] == 1


def test_a_run_that_still_learns_is_not_asked_for_its_training_pictures(
    inference: FakeInference, made_run: Make
) -> None:
    made_run(state=State.RUNNING)
    dropped(opened(), picture(0))
    assert inference.others["familiar"] == 0


def test_where_it_looks_is_asked_when_it_is_wanted(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = dropped(opened(), picture(0))
    assert inference.others["grad_cam"] == 0
    page.toggle(key="look-toggle").set_value(True).run()
    answered(page, lambda: inference.others["grad_cam"] == 1)
    page.run()
    assert inference.others["grad_cam"] == 1


def test_up_to_three_models_answer_side_by_side(inference: FakeInference, made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second")
    third = made_run("Third")
    page = dropped(opened(third), picture(0))
    assert len(inference.asked) == 1
    page.selectbox(key="other-0").set_value(second.id).run()
    page.selectbox(key="other-1").set_value(first.id).run()
    assert not page.exception
    assert len(inference.asked) == 3
    assert words(page).count("This looks like **7**") == 3
    for run in (first, second, third):
        assert run.info().name in words(page)
    answered(page, lambda: inference.others["familiar"] == 3)
    answered(page, lambda: words(page.run()).count("Seems like what it was trained on") == 3)
    page.toggle(key="look-toggle").set_value(True).run()
    answered(page, lambda: inference.others["grad_cam"] == 3)
    page.selectbox(key="other-0").set_value(None).run()
    assert words(page).count("This looks like **7**") == 2


def test_only_small_grey_sets_are_drawn(inference: FakeInference, made_run: Make) -> None:
    grey, coloured = made_run(), made_run(spec=RunSpec(data=DataSpec(image_size=8, colour_mode="rgb")))
    assert "Draw" in opened(grey).segmented_control(key="classify-way").options
    assert "Draw" not in opened(coloured).segmented_control(key="classify-way").options


def test_what_is_dropped_ends_drawing(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = opened()
    page.segmented_control(key="classify-way").set_value("draw").run()
    assert "The answer changes while you draw" in page.info[-1].value
    dropped(page, picture(0))
    assert "This looks like **7**" in words(page)


def test_a_pasted_picture_is_a_photo_until_another_is_chosen(
    inference: FakeInference, made_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_run()
    pasted = [picture(0)[1]]
    monkeypatch.setattr(classify_dropped, "pasted_picture", lambda key: pasted.pop() if pasted else None)
    page = opened()
    assert "pasted picture" in words(page)
    page.run()
    assert "This looks like **7**" in words(page)
    assert len(inference.asked) == 1
    dropped(page, picture(255))
    assert "pasted picture" not in words(page)


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
    most = "Most likely **\\*a\\***: 40.0\N{NO-BREAK SPACE}%."
    assert sentence(one, ("*a*", "b", "c")) == f"The model is not sure. {most}"
    assert sentence(one, ("*a*", "b", "c"), is_unlike=True) == f"None of these? The model is not sure either. {most}"


def test_a_sure_answer_to_what_is_unlike_training_is_doubted() -> None:
    """ "This looks like cat: 99 %" stood above "This does not look like anything it was trained on"."""
    answer = PhotoAnswer(np.array([0.75, 0.25], np.float32), np.zeros((8, 8, 1), np.uint8))
    one = Answered(Photo("x", b""), answer, False)
    assert sentence(one, ("a", "b")) == "This looks like **a**: 75.0\N{NO-BREAK SPACE}%."
    unlike = sentence(one, ("a", "b"), is_unlike=True)
    assert unlike == "None of these? The model says **a**: 75.0\N{NO-BREAK SPACE}%."


def test_bars_show_the_likeliest_first() -> None:
    bars = probability_bars(np.array([0.2, 0.5, 0.3], np.float32), ("a", "<b>", "c"), top=2)
    assert bars["data"][0]["text"] == ["50.0\N{NO-BREAK SPACE}%", "30.0\N{NO-BREAK SPACE}%"]
    assert bars["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;", "c"]


def test_the_cameras_last_picture_goes_with_the_page(inference: FakeInference, made_run: Make) -> None:
    made_run()
    page = opened()
    page.segmented_control(key="classify-way").set_value("camera").run()
    page.session_state[f"studio.page.{uploads.SHOT}"] = picture(0)[1]
    answered(page.run(), lambda: "Seems like what it was trained on" in words(page))
    assert "This looks like **7**" in words(page)
    page.switch_page(str(PROJECT / "pages" / "build" / "model.py")).run()
    assert page.session_state[f"studio.page.{uploads.SHOT}"] is None
