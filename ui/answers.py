"""A model's answers for photos, asked once each: reruns of a page find them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.borders import has_light_border
from core.i18n import _
from core.inference import PhotoAnswer
from core.runs.folder import RunFolder
from ui import thumbnails
from ui.services import studio

THUMBNAIL = 360  # px, longest side: shown at half of it on screens with two pixels per px


@dataclass(frozen=True)
class Photo:
    """A picture to ask about.

    Attributes:
        name: File name, or what a sample is called.
        content: The file's bytes.
        label: True class number where it is known, as for test samples.
    """

    name: str
    content: bytes
    label: int | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def ask(run: RunFolder, photo: Photo, invert: bool) -> PhotoAnswer:
    """The answer of the model of `run` as its checkpoint is now; asked only if it was not asked before.

    Photos go to the worker one by one, which keeps its batch shape the same: another one costs TensorFlow a new trace.

    Raises:
        StudioError: If the run has no model.
        WorkerError: If the worker could not answer.
    """
    return _ask(str(run.path), run.checkpoint.stat().st_mtime_ns, photo.digest, invert, photo.content)


def thumbnail(photo: Photo) -> NDArray[np.uint8] | None:
    """The photo as a person sees it, (h, w, 3); None where it cannot be read."""
    return thumbnails.thumbnail(photo.digest, THUMBNAIL, photo.content)


def is_dark_on_light(photo: Photo) -> bool:
    """Whether a photo's border is light; False for one that cannot be read."""
    return _is_dark_on_light(photo.digest, photo)


@st.cache_data(max_entries=2_000, show_spinner=False)
def _ask(run: str, checkpoint: int, digest: str, invert: bool, _content: bytes) -> PhotoAnswer:
    if not _content:
        return PhotoAnswer(None, None, _("This file is empty."))
    return studio().inference.classify(RunFolder(Path(run)), [_content], invert)[0]


@st.cache_data(max_entries=10_000, show_spinner=False)  # a flag each; a photo is decoded once, for its thumbnail
def _is_dark_on_light(digest: str, _photo: Photo) -> bool:
    image = thumbnail(_photo)
    return image is not None and has_light_border(image)
