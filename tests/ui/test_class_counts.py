"""The bars of the Data page."""

from __future__ import annotations

from ui.charts import class_counts


def test_class_counts_stacks_the_three_parts_of_each_class() -> None:
    figure = class_counts({"cat": (3, 1, 2), "<b>dog": (4, 0, 1)})
    assert [bar["x"] for bar in figure["data"]] == [[3, 4], [1, 0], [2, 1]]
    assert figure["layout"]["yaxis"]["ticktext"] == ["cat", "&lt;b&gt;dog"]


def test_class_counts_leaves_out_a_range_that_is_not_given() -> None:
    """With "range": null plotly throws at the next update, and the bars of the last data set stay."""
    layout = class_counts({"cat": (3, 1, 2)})["layout"]
    assert "range" not in layout["xaxis"]
    assert "range" not in layout["yaxis"]
