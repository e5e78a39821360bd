"""A run in one line of a list: everything that a table of runs shows, and nothing that takes long to read again."""

from __future__ import annotations

from collections.abc import Sequence

from core.access import NOBODY, Access, access_of
from core.architecture.describe import describe
from core.architecture.presets import PRESETS
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.exams import score
from core.knobs import Frozen
from core.runs.events import read_events
from core.runs.folder import ACTIVE, RunFolder, RunInfo, State
from core.runs.history import History, history_of
from core.runs.notes import about_of
from core.spec import ArchitectureSpec

POINTS = 32  # of the small curve
OWN = "own"  # the network of a person's own making


class RunSummary(Frozen):
    """One run.

    Attributes:
        created_at: Seconds since 1970.
        dataset, content_hash, title: Of its data set; two with the same hash hold the same pictures.
        network: The preset's or the backbone's name, or "own"; see `core.runs.network_words.network_title`.
        detail: The layer from which a backbone is trained, "" for none; of a stack, how many layers it has.
        score: Share of test pictures named right, 0 to 1; None before the exam.
        best: The highest validation accuracy of any epoch, 0 to 1.
        curve: Validation accuracies of its epochs, thinned to `POINTS`.
        seconds: Of training, as `core.runs.history.History.training_seconds`.
        has_model: Whether there are weights to ask, however little they have learnt.
        is_readable: False for a folder that is damaged; then only id, state, name, note and star mean something.
    """

    id: str
    name: str
    note: str = ""
    starred: bool = False
    owner: str = ""
    published: bool = False
    created_at: float = 0.0
    state: State = State.FAILED
    dataset: str = ""
    content_hash: str = ""
    title: str = ""
    network: str = ""
    detail: str = ""
    parameters: int | None = None
    score: float | None = None
    best: float | None = None
    curve: tuple[float | None, ...] = ()
    epochs: int = 0
    planned: int = 0
    seconds: float = 0.0
    has_model: bool = False
    is_readable: bool = True

    @property
    def access(self) -> Access:
        """Who may see it. A damaged folder does not say whose it is, and is left to the teacher."""
        return access_of(self.owner, self.published) if self.is_readable else NOBODY


def summarize(run: RunFolder) -> RunSummary:
    """Read a run's folder, however damaged it is."""
    about = about_of(run)
    said = {"note": about.note, "starred": about.starred, "published": about.published}
    try:
        info = run.info()
    except StudioError:
        return RunSummary(id=run.id, name=about.name or run.id, is_readable=False, **said)
    status = run.status()
    history = _told(run, status.state)
    return RunSummary(
        id=run.id,
        name=about.name or info.name,
        owner=info.owner,
        created_at=info.created_at,
        state=status.state,
        dataset=info.spec.data.dataset,
        content_hash=info.content_hash,
        title=info.dataset_title,
        network=network_key(info.spec.architecture),
        detail=_detail(info.spec.architecture),
        parameters=_parameters(info),
        score=score(run, status),
        best=history.best_val_accuracy,
        curve=thinned([record.val_accuracy for record in history.records]),
        epochs=len(history.records),
        planned=info.spec.training.epochs,
        seconds=history.training_seconds,
        has_model=run.checkpoint.exists(),
        **said,
    )


def network_key(architecture: ArchitectureSpec) -> str:
    """What names the network: its preset or its backbone, or `OWN`."""
    if isinstance(architecture, Transfer):
        return architecture.backbone
    return next((name for name, preset in PRESETS.items() if preset.architecture == architecture), OWN)


def thinned(values: Sequence[float | None], most: int = POINTS) -> tuple[float | None, ...]:
    """At most `most` of the values, evenly spread, the first and the last among them; of accuracies four digits."""
    last = len(values) - 1
    places = range(len(values)) if len(values) <= most else [round(i * last / (most - 1)) for i in range(most)]
    return tuple(None if (value := values[place]) is None else round(value, 4) for place in places)


def _told(run: RunFolder, state: State) -> History:
    """What its events tell. Those of a run that goes on are followed; others are read once and not kept up with."""
    try:
        if state in ACTIVE:
            return history_of(run.events)
        history = History()
        for event in read_events(run.events)[0]:
            history.apply(event)
    except (OSError, KeyError, TypeError, ValueError, ZeroDivisionError):  # damaged
        return History()
    return history


def _detail(architecture: ArchitectureSpec) -> str:
    return architecture.train_from if isinstance(architecture, Transfer) else str(len(architecture.layers))


def _parameters(info: RunInfo) -> int | None:
    facts = describe(info.spec, len(info.classes))
    return None if facts.problem else facts.parameters
