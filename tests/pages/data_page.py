"""What the tests of the Data page share: the page as a person uses it, and files to bring."""

from __future__ import annotations

import io
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.desk import Desk
from core.home import PROJECT, Home
from core.spec import DataSpec, RunSpec, to_query
from tests.pages.turns import row, run, spec_of


def opened(data: DataSpec | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if data:
        page.query_params["spec"] = to_query(RunSpec(data=data))
    return run(page.switch_page(str(PROJECT / "pages" / "build" / "data.py")))


def data_of(page: AppTest) -> DataSpec:
    return spec_of(page).data


def choose(page: AppTest, source: str) -> None:
    if source == "own":
        row(page, "data.kind").set_value("own")
    else:
        row(page, "data.kind").set_value("ready")
        run(page)
        page.radio(key="data.sources").set_value(source)
    run(page)


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click()
    run(page)
    run(page)  # the fragment that watches a task would run the page again


def texts(page: AppTest) -> str:
    parts = [*page.subheader, *page.markdown, *page.caption, *page.success]
    return "\n".join(part.value.replace("\\", "") for part in parts)


def said(page: AppTest) -> str:
    """The error shown, without the backslashes that keep Markdown from reading its signs."""
    return str(page.error[0].value.replace("\\", ""))


def upload(page: AppTest, content: bytes, name: str = "zoo.zip") -> None:
    choose(page, "own")
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    run(page)
    run(page)


def desk(home: Home) -> Desk:
    """The desk of the only browser of a test."""
    (path,) = (home.root / "desks").iterdir()
    return Desk(path)


def npz(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def png(value: int, size: tuple[int, int] = (32, 32)) -> bytes:
    """A picture with some structure, so that no two are alike."""
    rng = np.random.default_rng(value)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def zoo(count: int = 4) -> bytes:
    files = {
        f"zoo/{name}/{number}.png": png(100 * place + number)
        for place, name in enumerate(("gnu", "yak"))
        for number in range(count)
    }
    return zipped({**files, "zoo/gnu/broken.jpg": b"nothing"})


def pictures(count: int) -> NDArray[np.uint8]:
    return np.arange(count * 16, dtype=np.uint8).reshape(count, 4, 4)
