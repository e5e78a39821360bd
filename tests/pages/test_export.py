"""The page Keep it, with stand-ins for what a worker makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.errors import StudioError
from core.export.kinds import KINDS, Agreement, Kind, Made, export_file, made_export, stamp_of, write_record
from core.home import PROJECT, Home
from core.runs.folder import RunFolder
from core.runs.notes import change_about, run_name
from core.runs.store import list_runs
from tests.core.runs.bundles import made_bundle
from ui.export import cards
from ui.export.cards import agreement_words

Make = Callable[..., RunFolder]


def make(_inference: Any, run: RunFolder, kind: str, _tell: Any, maker: str) -> Made:
    """What a worker would do, at once."""
    run.exports.mkdir(exist_ok=True)
    export_file(run, kind).write_bytes(b"x" * 2_000)
    agreement = Agreement(pictures=359, same=358, largest=0.004)
    made = Made(kind=kind, size=2_000, stamp=stamp_of(run, kind), maker=maker, agreement=agreement)
    write_record(run, made)
    return made


@pytest.fixture
def made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "make_export", make)
    monkeypatch.setattr("ui.asking.PATIENCE", 10.0)


def opened() -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    page.switch_page(str(PROJECT / "pages" / "use" / "export.py")).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.subheader, *page.markdown, *page.error, *page.success, *page.caption)
    return "\n".join(element.value for element in elements)


def links(page: AppTest) -> list[str]:
    return [found.proto.label for found in page.get("link_button")]


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_without_a_model_it_leads_to_the_first_one_and_takes_bundles(studio_without_spare: object) -> None:
    page = opened()
    assert page.subheader[0].value == "No model to keep yet"
    assert "Bring a run in" in words(page)


def test_each_purpose_has_a_card_and_says_about_how_large_it_will_be(made_run: Make) -> None:
    made_run()
    page = opened()
    assert len([title for title in page.subheader if title.value.startswith(":material/")]) == 6
    labels = {button.key: button.label for button in page.button if button.key and button.key.startswith("export.make")}
    assert labels["export.make-keras"] == "Make it, about 115 kB"
    assert labels["export.make-code"] == "Make it, at most 115 kB"
    assert labels["export.make-report"] == "Make it"
    assert links(page) == []


def test_a_file_is_made_on_a_press_and_then_offered_with_its_size(made_run: Make, made_at_once: None) -> None:
    run = made_run()
    page = press(opened(), "export.make-keras")
    assert links(page) == ["Download .keras · 2.0 kB"]
    assert "Same answer as the original on 358 of 359 test pictures" in words(page)
    assert links(opened()) == ["Download .keras · 2.0 kB"], "also for whoever comes next"
    made = made_export(run, "keras")
    assert made and made.maker == owner_of("f" * 32)


def test_a_model_that_learnt_on_has_to_be_made_anew(made_run: Make, made_at_once: None) -> None:
    run = made_run()
    page = press(opened(), "export.make-keras")
    run.checkpoint.write_bytes(b"another checkpoint")
    page.run()
    assert links(page) == []
    assert page.button(key="export.make-keras").label == "Make it anew, about 115 kB"
    assert words(page).count("out of date") == 1
    assert links(press(page, "export.make-keras")) == ["Download .keras · 2.0 kB"]


def test_a_report_of_a_run_that_was_renamed_and_named_back_is_made_each_time(
    made_run: Make, made_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the file under the one name would be offered under the other."""
    run, names = made_run(), []

    def noted(inference: Any, run: RunFolder, kind: str, *how: Any) -> Made:
        names.append(run_name(run))
        return make(inference, run, kind, *how)

    monkeypatch.setattr(cards, "make_export", noted)
    page = press(opened(), "export.make-report")
    for name in ("Another", ""):
        change_about(run, name=name)
        page.run()
        assert links(page) == []
        assert links(press(page, "export.make-report")) == ["Download .html · 2.0 kB"]
    assert names == [run.info().name, "Another", run.info().name]


def test_what_cannot_be_made_says_why(made_run: Make, made_at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_asked: object) -> Made:
        raise StudioError("The disk is full.")

    monkeypatch.setattr(cards, "make_export", refuse)
    made_run()
    page = press(opened(), "export.make-report")
    assert "The disk is full" in words(page)
    assert any(button.label == "Try again" for button in page.button)


def test_a_missing_converter_is_said_with_its_command_in_place_of_the_button(
    made_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "onnx", Kind("model.onnx", ".onnx", needs=("no_such_package",)))
    made_run()
    page = opened()
    page.session_state["studio.page.export.kind-python"] = "onnx"
    page.run()
    assert re.fullmatch(r"\S*python\S* -m pip install no_such_package", page.code[0].value)
    assert not any(button.key == "export.make-onnx" for button in page.button)


def test_a_bundle_becomes_a_run_that_is_looked_at(made_run: Make, home: Home, tmp_path: Path) -> None:
    bundle = made_bundle(home, tmp_path / "run.zip")
    page = opened()
    uploader = page.file_uploader(key="export.upload-0")
    uploader.set_value(("run.zip", bundle, "application/zip")).run()
    assert not page.exception
    assert "Made \\(imported\\) is here, and chosen on all pages" in words(page)
    (arrived,) = (run for run in list_runs(home) if run.info().imported)
    assert page.session_state["studio.run"] == arrived.id
    road = "".join(element.proto.body for element in page.get("html") if "studio-choice" in element.proto.body)
    assert arrived.info().name in road
    assert not [*home.root.rglob("upload.zip")]


def test_a_file_that_is_no_bundle_says_so(made_run: Make, home: Home) -> None:
    made_run()
    page = opened()
    page.file_uploader(key="export.upload-0").set_value(("run.zip", b"nothing", "application/zip")).run()
    assert not page.exception
    assert "damaged" in words(page)
    assert len(list_runs(home)) == 1


def test_agreement_is_said_in_words() -> None:
    assert "could not be compared" in agreement_words(None)
    equal = agreement_words(Agreement(pictures=500, same=500, largest=1e-7))
    assert equal.endswith("on 500 of 500 test pictures; the probabilities are equal.")
    other = agreement_words(Agreement(pictures=500, same=499, largest=0.0123))
    assert other.endswith("on 499 of 500 test pictures; probabilities differ by 1.2 percentage points at most.")
