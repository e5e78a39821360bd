"""A plotly chart that is updated in place: no flash, the reader's zoom stays, and clicks on heat maps come back.

`st.plotly_chart` remounts at each change of its data and reports no click on a heat map (streamlit issue 8760).
"""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from typing import Any, TypedDict, cast

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register
from ui.components.sprite import HoverPictures
from ui.plotly_route import plotly_url

# In the page itself, not in a shadow root: plotly puts its own styles into the document's head.
_mount = register(
    "chart",
    '<div class="studio-chart" data-testid="studio-chart"><div class="plot"></div><p class="note"></p>'
    '<figure class="hovered" hidden><div></div><figcaption></figcaption></figure></div>',
    isolate_styles=False,
)


class ClickedPoint(TypedDict):
    """A clicked point or heat map cell: place in data units, index of its trace (0-based), its customdata."""

    x: Any
    y: Any
    curve: int
    customdata: Any


def chart(
    figure: dict[str, Any],
    *,
    key: str,
    alt: str,
    height: int = 320,
    on_click: OnClick = None,
    hover_pictures: HoverPictures | None = None,
) -> ClickedPoint | None:
    """Show a plotly figure and return the point that was just clicked, if any.

    Args:
        figure: {"data": [...], "layout": {...}} of plain lists and numbers; a `go.Figure` costs a hundred times more.
            Colours of text, grid and background come from the theme unless the layout sets them.
        key: Names the chart; as long as it stays the same, the chart is updated in place.
        alt: What the chart shows, in a sentence, for those who cannot see it.
        height: In px, the same before and after loading.
        on_click: See `OnClick`. A clickable chart can also be walked through with the arrow keys and Enter.
        hover_pictures: A picture for every point, shown beside the one under the pointer. The customdata of a point is
            then a list whose second item is the number of its tile, 0-based, and whose third is its caption.
    """
    data = {
        "figure": _as_json(figure),
        "id": f"studio-chart-{key}",
        "height": height,
        "alt": alt,
        "clickable": on_click is not None,
        "pictures": asdict(hover_pictures) if hover_pictures else None,
        "url": plotly_url(),
        "failed": _("The chart could not be loaded. Reload the page to try again."),
    }
    result = _mount(key=key, data=data, height=height, on_click_change=as_callback(on_click))
    return cast("ClickedPoint | None", result.get("click"))


def plain_text(name: str) -> str:
    """A stranger's text (a class name) for a figure's labels, where plotly would read <b> and <a href> as markup."""
    return html.escape(name, quote=False)


def _as_json(figure: dict[str, Any]) -> str:
    """The figure as one text, which Streamlit then passes on without walking through its numbers three times.

    NaN and infinity become null: a browser cannot read them in JSON, and a loss that diverged shows as a gap.
    """
    try:
        return json.dumps(figure, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(json.loads(json.dumps(figure), parse_constant=lambda _name: None))
