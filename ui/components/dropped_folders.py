"""Nothing to be seen: on a page that has it, a folder that is dropped keeps the names of the folders in it.

Streamlit's drop areas send `webkitRelativePath` as a file's name (1.67), which browsers fill in for a folder that is
picked, and leave empty for one that is dropped: the classes of a folder of class folders would be lost.
"""

from __future__ import annotations

from ui.components.mount import register

_mount = register("dropped_folders", '<div class="nothing"></div>')


def dropped_folders() -> None:
    """Have dropped folders keep their names, until the page is loaded anew."""
    _mount(key="dropped-folders")
