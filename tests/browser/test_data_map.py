"""The map of the digits in a real Chromium: a dot under the pointer shows its picture, a click opens it."""

import re

import pytest
from playwright.sync_api import expect

from core.spec import RunSpec, to_query

MAP = "#studio-chart-data-map"
HOVERED = ".studio-chart .hovered"
# A dot of a trace that no other dot covers, nearest to a place in the chart (0 to 1 across and down).
DOT = """([across, down]) => {
  const plot = document.querySelector("#studio-chart-data-map");
  const box = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  const dots = plot._fullData.flatMap((trace) =>
    trace.x.map((x, i) => ({
      x: box.x + xaxis._offset + xaxis.d2p(x),
      y: box.y + yaxis._offset + yaxis.d2p(trace.y[i]),
      number: trace.customdata[i][0],
      name: trace.customdata[i][2],
    })),
  );
  const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
  const place = { x: box.x + across * box.width, y: box.y + down * box.height };
  const free = dots.filter((dot) => dots.every((other) => other === dot || apart(dot, other) > 8));
  return free.sort((a, b) => apart(a, place) - apart(b, place))[0];
}"""


@pytest.fixture
def map_page(server, page):
    page.goto(f"{server.url}/data?spec={to_query(RunSpec())}")
    page.get_by_role("radio", name="Map", exact=True).or_(page.get_by_role("button", name="Map", exact=True)).click()
    page.locator(f"{MAP} path.point").first.wait_for()
    page.locator(MAP).scroll_into_view_if_needed()
    return page


def point_at(page, place):
    """Move the pointer onto a dot near `place` and return the dot."""
    dot = page.evaluate(DOT, place)
    page.mouse.move(dot["x"] - 3, dot["y"] - 3)
    page.mouse.move(dot["x"], dot["y"], steps=3)
    return dot


@pytest.mark.parametrize("place", [(0.5, 0.4), (1, 0.4), (0.5, 0), (0.5, 1)], ids=["middle", "right", "top", "bottom"])
def test_a_dot_under_the_pointer_shows_its_picture_inside_the_chart(map_page, place):
    dot = point_at(map_page, place)
    hovered = map_page.locator(HOVERED)
    expect(hovered).to_be_visible()
    expect(hovered).to_have_text(dot["name"])
    inner, outer = hovered.bounding_box(), map_page.locator(".studio-chart").bounding_box()
    assert inner["x"] >= outer["x"]
    assert inner["y"] >= outer["y"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    map_page.mouse.move(5, 5)
    expect(hovered).to_be_hidden()


def test_a_click_on_a_dot_opens_that_picture(map_page):
    dot = point_at(map_page, (0.5, 0.4))
    expect(map_page.locator(HOVERED)).to_have_text(dot["name"])  # the chart has seen the pointer where the dot is
    map_page.mouse.click(dot["x"], dot["y"])
    map_page.get_by_role("dialog").get_by_text(re.compile(rf"^Picture {dot['number']:,}$")).wait_for()


def test_the_keyboard_walks_from_dot_to_dot_and_opens_one(map_page):
    map_page.locator(".studio-chart").focus()
    map_page.keyboard.press("ArrowRight")
    expect(map_page.locator(HOVERED)).to_have_text("0")
    map_page.keyboard.press("ArrowUp")
    expect(map_page.locator(HOVERED)).to_have_text("1")
    said = map_page.locator(".studio-chart .note").inner_text()
    number = int(said.split(", ")[1])
    map_page.keyboard.press("Enter")
    map_page.get_by_role("dialog").get_by_text(re.compile(rf"^Picture {number:,}$")).wait_for()


def test_an_open_picture_stays_when_the_page_runs_again(map_page):
    dot = point_at(map_page, (0.5, 0.4))
    expect(map_page.locator(HOVERED)).to_have_text(dot["name"])
    map_page.mouse.click(dot["x"], dot["y"])
    dialog = map_page.get_by_role("dialog")
    dialog.wait_for()
    map_page.keyboard.press("r")  # Streamlit's key for another run of the page
    map_page.wait_for_timeout(1000)
    expect(dialog).to_be_visible()
    map_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
