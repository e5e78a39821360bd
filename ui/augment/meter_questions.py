"""What the honesty meter asks a run's model: about one picture, and about a sample of its test part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.architecture.describe import describe
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import Dataset
from core.datasets.inspecting.embedding import sample_for_map
from core.runs.folder import RunFolder
from core.wavering import SAMPLE_VIEWS, Question, at_a_time, photo_views, sample_size, ways_of
from ui.run_pictures import part_of


def photo_question(run: RunFolder, dataset: Dataset, number: int, augmentation: AugmentSpec) -> Question:
    """About the picture `number`; in fewer copies where the model has much to do for each."""
    settings = _settings(augmentation)
    views = photo_views(_work(run), len(ways_of(settings)))
    return Question(run, _stamp(run), dataset.meta.id, (number,), views, settings)


def sample_question(run: RunFolder, dataset: Dataset, augmentation: AugmentSpec) -> Question | None:
    """About test pictures, from every class its share and always the same ones; None where the run has none."""
    settings, work = _settings(augmentation), _work(run)
    ways = len(ways_of(settings))
    numbers = _sample(str(run.path), sample_size(work, ways), dataset.labels)
    part = at_a_time(work, ways)
    return Question(run, _stamp(run), dataset.meta.id, numbers, SAMPLE_VIEWS, settings, part) if numbers else None


@st.cache_data(max_entries=64, show_spinner=False)
def _sample(folder: str, limit: int, _labels: NDArray[np.int32]) -> tuple[int, ...]:
    test = part_of(RunFolder(Path(folder)), "test")
    return tuple(test[sample_for_map(_labels[test], limit)].tolist()) if len(test) else ()


def _settings(augmentation: AugmentSpec) -> AugmentSpec:
    """Without what no single copy depends on, so that equal copies are asked about once."""
    return augmentation.model_copy(update={"repeats": 1})


def _work(run: RunFolder) -> int:
    """Multiply-adds for one picture."""
    info = run.info()
    spec = info.spec
    return describe(spec, len(info.classes)).multiply_adds


def _stamp(run: RunFolder) -> int:
    try:
        return run.checkpoint.stat().st_mtime_ns
    except OSError:  # it is said when the model is asked
        return 0
