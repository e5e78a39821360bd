"""The report's table in a real Chromium: pointing, keys, sorting; names are strangers' texts."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from core.evaluation import Exam
from core.exams import write_exam
from core.files import write_json
from core.home import Home
from core.runs.folder import State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec

HOSTILE = "<img src=x onerror=alert(1)>"
LIT = """(node) => {
    const pen = node.getContext("2d"), scale = devicePixelRatio;
    const at = (x, y) => pen.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data.join();
    return [...Array(node.height)].map((_, y) => at(node.clientWidth - 8, y / scale)).join(" ");
}"""


@pytest.fixture(scope="module")
def run(server):
    """Three classes: a found twice of three times, b once of once and once too often, and a third without pictures."""
    made = submit_run(Home(server.home), RunSpec(), "Made", status=Status(state=State.FINISHED))
    rows = {
        "0": {"precision": 1.0, "recall": 2 / 3, "f1-score": 0.8, "support": 3.0},
        "1": {"precision": 0.5, "recall": 1.0, "f1-score": 2 / 3, "support": 1.0},
        "2": {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0.0},
    }
    means = dict.fromkeys(("macro avg", "weighted avg"), rows["0"])
    labels, said = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    probabilities = np.eye(3, dtype=np.float32)[said]
    write_exam(made, Exam(np.arange(4), labels, probabilities, 0.1, rows | {"accuracy": 0.75} | means))
    file = made.path / "run.json"
    write_json(file, json.loads(file.read_bytes()) | {"classes": [HOSTILE, "b 10", "b 9"]})
    return made


@pytest.fixture
def table(server, page, run):
    page.goto(f"{server.url}/evaluate?run={run.id}&tab=report")
    found = page.get_by_test_id("studio-report-table")
    found.wait_for()
    return found


def number(table, row, column):
    return table.locator(f"td[data-row='{row}'][data-column='{column}']")


def test_a_number_says_where_it_comes_from_and_lights_it(table):
    caption, matrix = table.locator("figcaption"), table.locator("canvas")
    expect(caption).to_contain_text("Of the 2 pictures called b 10, 1 is b 10: 50.0")
    at_rest = matrix.evaluate(LIT)
    number(table, 0, 1).hover()
    expect(caption).to_contain_text("Of the 3 pictures that are <img src=x onerror=alert(1)>, 2 were found: 66.7")
    assert matrix.evaluate(LIT) != at_rest
    number(table, 3, 2).hover()
    expect(caption).to_contain_text("3 are on the diagonal")
    number(table, 4, 1).hover()
    expect(table.locator("td.part")).to_have_count(3)
    table.locator("figcaption").hover()
    expect(caption).to_contain_text("Of the 2 pictures called b 10")


def test_keys_walk_from_number_to_number_over_the_holes(table):
    number(table, 1, 0).focus()
    number(table, 1, 0).press("ArrowDown")
    expect(number(table, 2, 0)).to_be_focused()
    number(table, 2, 0).press("ArrowDown")  # accuracy has no precision
    expect(number(table, 4, 0)).to_be_focused()
    expect(table.locator("figcaption")).to_contain_text("Every class counts the same")
    number(table, 4, 0).press("ArrowLeft")  # a name is no number
    expect(number(table, 4, 0)).to_be_focused()
    expect(table.locator("td[tabindex='0']")).to_have_count(1)


def test_a_head_sorts_and_the_averages_stay_below(table):
    def order():
        return [row.split("\t")[0].split("\n")[0] for row in table.locator("tbody th").all_inner_texts()]

    f1 = table.get_by_role("button", name="F1")
    f1.click()
    expect(table.locator("thead th").nth(3)).to_have_attribute("aria-sort", "ascending")
    assert order() == ["b 9", "b 10", HOSTILE]
    f1.press("Enter")
    assert order() == [HOSTILE, "b 10", "b 9"]
    f1.press("Enter")
    expect(table.locator("thead th").nth(3)).to_have_attribute("aria-sort", "none")
    assert order() == [HOSTILE, "b 10", "b 9"]
    table.get_by_role("button", name="Class").click()
    assert order() == [HOSTILE, "b 9", "b 10"]
    assert table.locator("tfoot th").all_inner_texts() == ["Accuracy", "Macro average", "Weighted average"]
