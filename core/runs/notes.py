"""What is said of a run afterwards: its own name, a note, a star, who sees it. Kept in about.json; run.json stays."""

from __future__ import annotations

import threading

from pydantic import Field, ValidationError

from core.access import Access, access_of
from core.errors import StudioError
from core.files import write_json
from core.i18n import _
from core.knobs import Frozen
from core.runs.folder import RunFolder
from core.signs import visible

LONGEST_NAME, LONGEST_NOTE = 80, 4_000  # characters

_changing = threading.Lock()  # else two browsers would each undo what the other changes


class About(Frozen):
    """about.json. An empty name stands for the one that the run was given at its start.

    `published` shows the run to all browsers, not only to its owner's.
    """

    name: str = Field("", max_length=LONGEST_NAME)
    note: str = Field("", max_length=LONGEST_NOTE)
    starred: bool = False
    published: bool = False


def about_of(run: RunFolder) -> About:
    """What was said of the run; nothing where nobody did, or where the file is damaged."""
    try:
        return About.model_validate_json(run.about.read_bytes())
    except (OSError, ValidationError):
        return About()


def change_about(run: RunFolder, **changes: str | bool) -> About:
    """Change the name, the note or the star, and keep the others.

    Raises:
        StudioError: If a text is too long, the run is gone or the disk is full.
    """
    with _changing:
        try:
            about = About.model_validate({**dict(about_of(run)), **_tidied(changes)})
            write_json(run.about, about.model_dump())
        except ValidationError as error:
            text = _("A name has at most {name} characters, a note {note}. Make it shorter.")
            raise StudioError(text.format(name=LONGEST_NAME, note=LONGEST_NOTE)) from error
        except OSError as error:
            text = _("This could not be kept: the run was deleted meanwhile, or the disk is full.")
            raise StudioError(text) from error
    return about


def run_name(run: RunFolder) -> str:
    """What a run is called: by the person who renamed it, else by its start.

    Raises:
        StudioError: If the run cannot be read.
    """
    return about_of(run).name or run.info().name


def access_of_run(run: RunFolder) -> Access:
    """Who may see a run.

    Raises:
        StudioError: If the run cannot be read.
    """
    return access_of(run.info().owner, about_of(run).published)


def _tidied(changes: dict[str, str | bool]) -> dict[str, str | bool]:
    """A name in one line, no space around texts, and no signs that cannot be seen or turn a line around."""
    tidied = {
        field: visible(value, but="\n\t").strip() if isinstance(value, str) else value
        for field, value in changes.items()
    }
    if "name" in tidied:
        tidied["name"] = " ".join(str(tidied["name"]).split())
    return tidied
