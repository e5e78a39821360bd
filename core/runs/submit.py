"""From a specification to a run folder: everything that must fit is checked before anything starts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.architecture.describe import describe
from core.architecture.transfer import Transfer
from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.split import Split, make_split
from core.datasets.store import open_dataset
from core.errors import DataError, StudioError
from core.guess import Guess
from core.home import Home
from core.i18n import _
from core.phases import phases
from core.runs.folder import RunFolder, RunInfo, Status
from core.runs.index import index_of
from core.runs.store import create_run, new_run_id
from core.spec import DataSpec, RunSpec
from core.weights.find import find_weights, weights_problem


@dataclass(frozen=True)
class Problem:
    """Something that keeps a run from starting, with the page where it is mended."""

    page: Literal["data", "model", "train"]
    message: str


def split_of(dataset: Dataset, data: DataSpec) -> Split:
    """The split that `data` asks for. Raises DataError as `make_split` does."""
    return make_split(
        dataset.labels,
        dataset.parts,
        data.validation_fraction,
        data.test_fraction,
        data.split_seed,
        dataset.meta.classes,
        data.split_policy,
    )


def problems(spec: RunSpec, dataset: Dataset, home: Home) -> list[Problem]:
    """All that keeps `spec` from being trained on `dataset`; empty when it can start."""
    found = [*_data_problems(spec, dataset), *_loss_problems(spec, dataset.meta), *_transfer_problems(spec, home)]
    stack = describe(spec, len(dataset.meta.classes), "sparse_categorical_crossentropy")
    if stack.problem:
        found.append(Problem("model", stack.problem.message))
    return found


def submit_run(
    home: Home,
    spec: RunSpec,
    name: str = "",
    owner: str = "",
    status: Status | None = None,
    guess: Guess | None = None,
    pinned: Sequence[int] = (),
) -> RunFolder:
    """Write a new run, in the state queued unless another status is given.

    Args:
        name: What to call it; by default a number that counts its owner's runs.
        guess: What a person predicts of it.
        pinned: Numbers in the data set of the pictures to watch while it learns.

    Raises:
        StudioError: If the specification and the data set do not fit together.
    """
    dataset = open_dataset(home, spec.data.dataset)
    found = problems(spec, dataset, home)
    if found:
        raise StudioError("\n".join(problem.message for problem in found))
    meta = dataset.meta
    if guess and guess.pair and not {*guess.pair} <= {*range(len(meta.classes))}:
        raise StudioError(_("The prediction names classes that these pictures do not have. Make it again."))
    info = RunInfo(
        id=new_run_id(),
        name=name or _next_name(home, owner),
        owner=owner,
        created_at=time.time(),
        spec=spec,
        dataset_title=meta.label,
        classes=meta.classes,
        content_hash=meta.content_hash,
        stored_size=meta.size,
        stored_channels=meta.channels,
        stored_fit=meta.fit,
        pictures=len(dataset),
        weights=_weights(home, spec),
        guess=guess,
        pinned=tuple(pinned),
    )
    split = split_of(dataset, spec.data)
    return create_run(home, info, {"train": split.train, "validation": split.validation, "test": split.test}, status)


def _weights(home: Home, spec: RunSpec) -> str:
    """What names the weights that a backbone begins with, so that the run finds the very same again."""
    if not isinstance(spec.architecture, Transfer):
        return ""
    found = find_weights(home, spec.architecture.backbone, spec.architecture.weights)
    if found is None:  # gone since it was checked
        raise StudioError(weights_problem(home, spec.architecture))
    return found.sha256


def _next_name(home: Home, owner: str) -> str:
    """Runs are counted; where some were deleted, on to the first number that no other has.

    Those of other owners do not count: each begins with "Run 1", and nobody learns how much others do.
    """
    listing = index_of(home).look(now=True)
    taken = [run.name for run in listing.runs if run.owner in (owner, "")]  # what is nobody's is in everybody's list
    number = len(taken) + listing.unread + 1
    while (name := _("Run {number}").format(number=number)) in taken:
        number += 1
    return name


def _data_problems(spec: RunSpec, dataset: Dataset) -> list[Problem]:
    try:
        split_of(dataset, spec.data)
    except DataError as error:
        return [Problem("data", str(error))]
    return []


def _loss_problems(spec: RunSpec, meta: DatasetMeta) -> list[Problem]:
    if spec.training.loss != "binary_crossentropy" or len(meta.classes) == 2:
        return []
    text = _("Binary cross-entropy is for two classes, and {title} has {count}. Take sparse categorical cross-entropy.")
    return [Problem("train", text.format(title=meta.title, count=len(meta.classes)))]


def _transfer_problems(spec: RunSpec, home: Home) -> list[Problem]:
    """Weights that are not there, and layers that would learn in no epoch."""
    architecture, found = spec.architecture, []
    if not isinstance(architecture, Transfer):
        return []
    if missing := weights_problem(home, architecture):
        found.append(Problem("model", missing))
    if phases(spec)[-1].train_from != architecture.train_from:
        text = _(
            "The head learns alone in the first {head} epochs, and there are only {epochs}: the layers chosen in the "
            "backbone would never learn. Take more epochs, or fewer for the head."
        )
        values = {"head": architecture.head_epochs, "epochs": spec.training.epochs}
        found.append(Problem("train", text.format(**values)))
    return found
