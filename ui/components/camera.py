"""A webcam for training photos: hold the button, and the pictures come class by class.

Pictures reach Python in batches, one under way at a time: Streamlit keeps only the newest of two triggers that a script
has not seen yet, so the browser sends the next batch when it is told (`received`) that the last one has arrived.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Literal

from core.errors import DataError
from core.i18n import _
from ui import session
from ui.components.mount import register
from ui.format import count, size

MAX_SHOTS = 60  # in a batch; the script sends 20
MAX_BYTES = 20_000_000  # of a batch, decoded; 20 pictures of 320 px have 0.6 MB, of 1,024 px about 6 MB

_mount = register(
    "camera",
    """
    <div class="camera" role="group" data-testid="studio-camera">
      <div class="view">
        <video playsinline muted aria-hidden="true"></video>
        <div class="panel">
          <div class="words" role="status"><p class="title"></p><p class="text"></p></div>
          <button type="button" class="on"></button>
        </div>
      </div>
      <button type="button" class="take" disabled></button>
      <div class="foot">
        <span class="count"></span><select class="which"></select><button type="button" class="off"></button>
      </div>
      <div class="strip" role="group"></div>
      <p class="said" role="status"></p>
    </div>
    """,
    shared_styles=["button"],
    shared_scripts=["camera_stream"],
)


def camera(
    *, key: str, side: int = 320, on_shots: Callable[[], None] | Literal["rerun"], live: bool = False
) -> list[bytes]:
    """Show the webcam with its button and return the pictures that have just arrived, each batch once.

    The person turns the camera on; it goes off when the component is unmounted or its tab hidden.

    Args:
        key: Names the camera. Pictures that are still under way belong to the key, so give each class one of its own.
        side: At most so many px a side; pictures are the centre square of what the camera sees, not mirrored.
        on_shots: "rerun": the script (or its fragment) runs again and gets the pictures as the result; a function: it
            is called first.
        live: Without a button: as long as the camera is on one picture at a time comes by itself, the newest one, each
            when the one before has arrived and at least 150 ms after it.

    Returns:
        JPEG files, oldest first, not yet decoded: strangers' bytes, for `decode_photo`.

    Raises:
        DataError: If a batch is over `MAX_SHOTS` or `MAX_BYTES`, or damaged. The camera itself goes on.
    """

    def arrived() -> None:
        _take_over(key, session.widget_value(key).get("shots"))
        if on_shots != "rerun":
            on_shots()

    data = {"side": side, "received": session.recall(_received(key), 0), "words": _words(live), "live": live}
    _mount(key=key, data=data, on_shots_change=arrived)
    batch = session.recall(_waiting(key))
    session.remember(_waiting(key), None)
    return [] if batch is None else decode_shots(batch)


def decode_shots(batch: Any) -> list[bytes]:
    """The files in what a browser sent: {"number": int, "shots": [base64 text, ...]}.

    Raises:
        DataError: If it is something else, more than `MAX_SHOTS` pictures or more than `MAX_BYTES` of them.
    """
    shots = batch.get("shots") if isinstance(batch, dict) else None
    if not isinstance(shots, list) or not all(isinstance(shot, str) and shot for shot in shots):
        raise _damaged()
    if len(shots) > MAX_SHOTS:
        raise DataError(
            _("Expected at most {most} pictures at a time, got {number}. Hold the button for a shorter time.").format(
                most=MAX_SHOTS, number=count(len(shots))
            )
        )
    decoded = sum(len(shot) * 3 // 4 - shot[-2:].count("=") for shot in shots)  # three bytes in four characters
    if decoded > MAX_BYTES:
        raise DataError(
            _("Expected at most {most} of pictures at a time, got {size}. Hold the button for a shorter time.").format(
                most=size(MAX_BYTES), size=size(decoded)
            )
        )
    try:
        return [_decoded(shot) for shot in shots]
    except ValueError as error:
        raise _damaged() from error


def _decoded(shot: str) -> bytes:
    content = base64.b64decode(shot, validate=True)
    if base64.b64encode(content).decode() != shot:  # Python lets "AAAA====" pass
        raise ValueError("not canonical base64")
    return content


def _take_over(key: str, batch: Any) -> None:
    """Keep a batch until the script asks for it; the same number again is one that the browser believed lost."""
    number = batch.get("number") if isinstance(batch, dict) else None
    if type(number) is int and number == session.recall(_received(key)):
        return
    session.remember(_received(key), number if type(number) is int else 0)
    session.remember(_waiting(key), batch)


def _received(key: str) -> str:
    return f"{key}.received"


def _waiting(key: str) -> str:
    return f"{key}.waiting"


def _damaged() -> DataError:
    return DataError(
        _("Expected pictures from the camera, got something else. Reload the page and take them once more.")
    )


def _words(live: bool) -> dict[str, Any]:
    """What the script writes: `panels` gives title, text and button of each state but "live"."""
    private = _("Its picture stays in this browser. Only the photos that you take go to the app.")
    if live:
        private = _("While it is on, what it sees goes to the app, is answered and not kept.")
    try_again = _("Try again")
    return {
        "camera": _("Camera"),
        "numbered": _("Camera {number}"),
        "which": _("Which camera"),
        "off": _("Turn off"),
        "take": _("Hold to take pictures"),
        "taken": _("{count} taken"),
        "full": _("{count} taken, waiting for the app"),
        "strip": _("Last pictures taken"),
        "picture": _("Picture {number}"),
        "panels": {
            "off": (
                _("The camera is off"),
                private,
                _("Turn the camera on"),
            ),
            "asking": (_("May this page use the camera?"), _("Your browser is asking you. Choose “Allow”."), ""),
            "hidden": (
                _("The camera is off"),
                _("It was turned off when you left this tab."),
                _("Turn the camera on"),
            ),
            "missing": (
                _("No camera found"),
                _("Plug one in, or check that it is switched on, and try again. You can also upload photos."),
                try_again,
            ),
            "refused": (
                _("The camera is blocked"),
                _(
                    "This page is not allowed to use it. Click the sign left of the address, allow the camera, and try "
                    "again. If that does not help, look at the privacy settings of this device."
                ),
                try_again,
            ),
            "busy": (
                _("The camera is in use"),
                _("Another program or tab has taken it. Close that one and try again."),
                try_again,
            ),
            "ended": (
                _("The camera is gone"),
                _("It was unplugged or turned off. Connect it and try again."),
                try_again,
            ),
            "insecure": (
                _("This address cannot use a camera"),
                _(
                    "Browsers lend the camera only to https pages and to the computer that the app runs on. Open "
                    "{address} on that computer, or ask whoever runs the app for an https address. You can also "
                    "upload photos."
                ),
                "",
            ),
            "failed": (
                _("The camera did not start"),
                _("Reload the page, or try another browser. You can also upload photos."),
                try_again,
            ),
        },
    }
