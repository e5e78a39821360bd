"""What a person hands over through the browser: kept on disk while it is read, then gone from disk and memory.

Streamlit holds an upload in memory until its session ends, even after the widget is gone (measured: 40 of them raised
RSS from 81 to 242 MB), and says no public word for dropping one. Its own chat input does it as `forget` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.desk import Desk
from ui import session

PHOTOS, SHOT = "classify.photos", "classify.shot"  # remembered: photos of the desk, and the camera's last picture

T = TypeVar("T")


def kept(files: Sequence[UploadedFile], make: Callable[[UploadedFile], T]) -> list[T]:
    """What `make` makes, once, of each upload that a widget holds; uploads that it held before are freed.

    For one widget of the app only.
    """
    before: dict[str, T] = session.recall("uploads", {})
    now = {file.file_id: before.get(file.file_id) or make(file) for file in files}
    for file_id in before.keys() - now.keys():
        forget(file_id)
    session.remember("uploads", now)
    return list(now.values())


def free_kept() -> None:
    """Free the uploads of that widget, and what is shown beside it; for pages without it.

    A widget is empty when its page is opened again.
    """
    kept((), lambda _file: None)
    for name in (PHOTOS, SHOT):
        session.remember(name, None)


def forget(file_id: str) -> None:
    """Free the server's memory of an upload; change its widget's key as well, or the widget goes on naming it."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


def hand_over(desk: Desk, ending: str, uploaded: UploadedFile, count: str) -> Path:
    """Write an upload to a desk and free the server's memory of it, also where it cannot be kept.

    Args:
        ending: As `Desk.keep_upload` takes it.
        count: What the page remembers the number of uploads by; it stands in the widget's key, which so changes.

    Raises:
        DataError: If it does not fit into the browser's quota or on the disk.
    """
    try:
        return desk.path / desk.keep_upload(ending, uploaded)
    finally:
        forget(uploaded.file_id)
        session.remember(count, session.recall(count, 0) + 1)
