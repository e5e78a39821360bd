"""Answers of trained models for single photos, from models kept loaded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.datasets.pixels import PixelPath
from core.errors import DataError, StudioError
from core.i18n import _
from core.inference import PhotoAnswer
from core.learning.checkpoint import load_weights
from core.learning.evaluate import Evaluation, class_probabilities, evaluate_model
from core.learning.inputs import pictures_of, weights_of
from core.learning.network import build_network
from core.learning.pipeline import EVALUATION_BATCH, evaluation_batch_size
from core.phases import phases
from core.runs.folder import RunFolder, RunInfo

MAX_LOADED = 4  # models kept in memory


@dataclass(frozen=True)
class Trained:
    """A trained model with what is needed to ask it."""

    info: RunInfo
    model: keras.Model
    path: PixelPath


_loaded: OrderedDict[tuple[Path, int], Trained] = OrderedDict()


def load_trained(run: RunFolder) -> Trained:
    """The model of `run` as its last checkpoint left it; the last few stay loaded.

    Raises:
        StudioError: If the run has no checkpoint yet.
    """
    if not run.checkpoint.exists():
        raise StudioError(
            _("This run has not finished an epoch yet, so there is nothing to ask. Let it train a little.")
        )
    key = (run.path, run.checkpoint.stat().st_mtime_ns)
    trained = _loaded.pop(key, None) or _load(run)
    _loaded[key] = trained
    while len(_loaded) > MAX_LOADED:
        _loaded.popitem(last=False)
    return trained


def classify(run: RunFolder, photos: list[bytes], invert: bool = False) -> list[PhotoAnswer]:
    """Let the model of `run` judge photo files; one that cannot be read gives an answer with its reason.

    Args:
        photos: The files' contents, of any size and accepted format.
        invert: Whether light and dark are swapped first, for ink on paper where training showed light on dark.
    """
    trained = load_trained(run)
    seen = [_see(trained.path, photo, invert) for photo in photos]
    readable = [picture for picture in seen if not isinstance(picture, str)]
    probabilities = iter(probabilities_of(trained.model, np.stack(readable)) if readable else ())
    return [
        PhotoAnswer(None, None, picture) if isinstance(picture, str) else PhotoAnswer(next(probabilities), picture)
        for picture in seen
    ]


def probabilities_of(
    model: keras.Model, pictures: NDArray[np.uint8], most: int = EVALUATION_BATCH
) -> NDArray[np.float32]:
    """(n, K) probabilities of the classes for (n, S, S, C) pictures, asked at most `most` at a time."""
    batch_size = min(most, evaluation_batch_size(model))
    starts = range(0, len(pictures), batch_size)
    answers = [np.asarray(model.predict_on_batch(pictures[start : start + batch_size])) for start in starts]
    return class_probabilities(np.concatenate(answers))


def evaluate_run(run: RunFolder) -> Evaluation:
    """Judge the run's model on its test pictures and keep the result in the run folder."""
    return evaluate_model(run, load_trained(run).model, pictures_of(run, run.info())["test"])


def _load(run: RunFolder) -> Trained:
    info = run.info()
    model = _model_of(run, info)
    size, _width, channels = info.spec.input_shape
    return Trained(info, model, PixelPath(info.stored_size, size, channels, info.stored_channels, info.stored_fit))


def _model_of(run: RunFolder, info: RunInfo) -> keras.Model:
    """The whole network as the last checkpoint left it.

    What was written at the end of the run stands in where the file with the backbone's weights is gone since.
    """
    try:
        network = build_network(info.spec, len(info.classes), weights_of(run, info))
    except DataError:
        if not run.model.exists():
            raise
        return keras.models.load_model(run.model, compile=False)
    load_weights(run.checkpoint, network.cut(phases(info.spec)[-1].train_from).trained)
    return network.whole


def _see(path: PixelPath, photo: bytes, invert: bool) -> NDArray[np.uint8] | str:
    try:
        picture = path.photo(photo)
    except DataError as error:
        return str(error)
    return 255 - picture if invert else picture
