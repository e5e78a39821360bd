"""A turn of a page in a test, and what its address then says."""

from __future__ import annotations

import re
from typing import Any

from streamlit.testing.v1 import AppTest

from core.spec import RunSpec, from_query


def run(page: AppTest) -> AppTest:
    """Run the page's script, which must not raise."""
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    """Press the first button that is called so."""
    next(button for button in page.button if button.label == label).click()
    return run(page)


def row(page: AppTest, key: str) -> Any:
    """The `ui.choice` that is called so, whatever turn it is in."""
    kept = re.compile(re.escape(key) + r"(-[0-9]+)?")
    return next(found for found in page.button_group if kept.fullmatch(found.key or ""))


def query(page: AppTest, name: str) -> str:
    """The value of a parameter in the address, empty where there is none."""
    value = page.query_params.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def spec_of(page: AppTest) -> RunSpec:
    """The specification in the address, or the first one."""
    text = query(page, "spec")
    return from_query(text) if text else RunSpec()
