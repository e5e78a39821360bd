"""Downloads that go on where they broke off, and appear under their name only when they are whole."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.i18n import _

_CHUNK = 2**18  # bytes
_TIMEOUT = 30  # seconds without a byte
_FAILURES = (OSError, http.client.HTTPException)  # URLError and HTTPError are OSErrors


def fetch(
    url: str,
    target: Path,
    sha256: str | None = None,
    on_progress: Progress = silent,
    size: int | None = None,
    md5: str | None = None,
) -> Path:
    """Download `url` to `target` unless it is there; what was received so far waits in `target`.part.

    Args:
        size: Bytes of the whole file, where they are known.
        md5: For files whose publisher states no better sum.

    Raises:
        DataError: If the server cannot be reached, breaks off, or sends another file than the sums and `size` say.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        _receive(url, part, on_progress)
    except _FAILURES as error:
        raise DataError(_("{url} could not be downloaded ({error}).").format(url=url, error=error)) from error
    _verify_size(part, size, url)
    _verify(part, "sha256", sha256, url)
    _verify(part, "md5", md5, url)
    return part.replace(target)


def _receive(url: str, part: Path, on_progress: Progress) -> None:
    """Append what is missing to `part`, by HTTP Range where the server can."""
    with _open(url, part.stat().st_size if part.exists() else 0) as response:
        resumed = response.status == http.HTTPStatus.PARTIAL_CONTENT
        done = part.stat().st_size if resumed else 0
        total = done + int(response.headers.get("Content-Length", 0))
        with part.open("ab" if resumed else "wb") as file:
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                _check_size(max(done, total), url)
                on_progress(done / max(done, total), _megabytes(done, total))
    if done < total:
        raise OSError(_("the connection broke off at {progress}").format(progress=_megabytes(done, total)))


def _open(url: str, start: int) -> Any:
    headers = {"Range": f"bytes={start}-"} if start else {}
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if not start or error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        return _open(url, 0)  # nothing lies beyond what is here: it cannot be trusted, so begin anew


def _check_size(size: int, url: str) -> None:
    if size > LIMITS.download_bytes:
        raise DataError(
            _("Expected at most {limit} GB from {url}, got {size:.1f} GB. It is not downloaded.").format(
                limit=LIMITS.download_bytes // 10**9, url=url, size=size / 1e9
            )
        )


def _megabytes(done: int, total: int) -> str:
    return _("{done:.1f} of {total:.1f} MB").format(done=done / 1e6, total=max(done, total) / 1e6)


def _verify_size(part: Path, size: int | None, url: str) -> None:
    found = part.stat().st_size
    if size is not None and found != size:
        part.unlink()
        raise DataError(
            _("Expected {size:,} bytes from {url}, got {found:,}. It was thrown away; try again later.").format(
                size=size, url=url, found=found
            )
        )


def _verify(part: Path, algorithm: str, expected: str | None, url: str) -> None:
    if expected is None:
        return
    with part.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != expected:
        part.unlink()
        raise DataError(
            _(
                "{url} sent another file than expected ({algorithm} {found}). It was thrown away; try again later."
            ).format(url=url, algorithm=algorithm.upper(), found=found)
        )
