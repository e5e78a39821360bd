"""How long a run will take on this computer, reckoned from a few batches that were timed. No TensorFlow here."""

from __future__ import annotations

from dataclasses import dataclass

from core.architecture.describe import TransferFacts, describe, describe_transfer, is_exact
from core.architecture.layers import OwnCNN
from core.architecture.transfer import RANDOM, Transfer
from core.augmentation.spec import AugmentSpec
from core.datasets.dataset import DatasetMeta
from core.datasets.split import Split
from core.frozen_cache import frozen_part, has_room, missing_rows, wanted_rows
from core.home import Home
from core.knobs import Frozen
from core.phases import phases
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.weights.find import find_weights

SIZES = (128, 96, 64)  # px that are offered in place of a larger picture size
_SAVES_SHARE, _SAVES_SECONDS = 1 / 3, 10.0  # what a smaller size has to save at least
BACKWARDS = 3  # a training step on a picture works as much as three looks at it: forwards, and twice that backwards


class PhaseTiming(Frozen):
    """What the parts of one phase of training take, in seconds.

    Attributes:
        begin: Before the first step, where the step is traced.
        step: A training step of the part that is trained, on a whole batch.
        look: A picture through that part, where nothing is learnt.
        frozen: A picture through the frozen part; 0 where nothing is frozen.
        epoch: What each epoch takes besides its pictures: the validation's start, the checkpoint.
    """

    begin: float
    step: float
    look: float
    frozen: float
    epoch: float


class Timing(Frozen):
    """What was measured of a network, in seconds.

    Attributes:
        build: Making it.
        phases: In the order of `core.phases.phases`.
        finish: What the end takes besides the pictures of the exam: the exam's start, saving the model.
    """

    build: float
    phases: tuple[PhaseTiming, ...]
    finish: float


@dataclass(frozen=True)
class Work:
    """How many pictures a run works through.

    Attributes:
        batch_size: Of training, in pictures.
        train: Shown in an epoch, each as often as it is repeated.
        validation, test: Of these parts.
        missing: For each phase the pictures and copies of which the frozen part's outputs are not kept yet; None where
            they cannot be kept, or shall not be, so that every epoch computes them.
    """

    batch_size: int
    train: int
    validation: int
    test: int
    missing: tuple[int | None, ...]


@dataclass(frozen=True)
class Budget:
    """How long a run takes, in seconds.

    Attributes:
        begin: Building and tracing.
        extraction: Computing what the frozen part gives, once.
        training: All epochs.
        exam: The final exam, with saving the model.
        epochs: Their number.
    """

    begin: float
    extraction: float
    training: float
    exam: float
    epochs: int

    @property
    def epoch(self) -> float:
        """An epoch, on average."""
        return self.training / self.epochs

    @property
    def total(self) -> float:
        """From the worker's start to the run's end."""
        return self.begin + self.extraction + self.training + self.exam


def timed_spec(spec: RunSpec, train_pictures: int) -> RunSpec:
    """What decides how long a batch of `spec` takes, and all else as by default: what was timed holds for all such.

    Args:
        train_pictures: In the training part; a batch is never larger than an epoch.
    """
    given, training = phases(spec), spec.training
    data = DataSpec(image_size=spec.data.image_size, colour_mode=spec.data.colour_mode)
    timed = TrainingSpec(
        epochs=len(given),
        batch_size=min(training.batch_size, train_pictures * spec.augmentation.repeats),
        loss=training.loss,
        optimizer=training.optimizer,
    )
    architecture, augmentation = spec.architecture, spec.augmentation.model_copy(update={"repeats": 1})
    if augmentation.is_off or isinstance(architecture, Transfer):  # beside what a backbone takes, warping is nothing
        augmentation = AugmentSpec()
    if isinstance(architecture, Transfer):
        changes = {"weights": RANDOM, "train_from": given[-1].train_from, "head_epochs": len(given) - 1}
        kept = {"pooling", "hidden", "dropout", "preprocessing", "backbone"}
        architecture = Transfer.model_validate(architecture.model_dump(include=kept) | changes)
    return RunSpec(data=data, augmentation=augmentation, architecture=architecture, training=timed)


def work_of(spec: RunSpec, meta: DatasetMeta, split: Split, home: Home) -> Work:
    """What a run of `spec` works through, the kept outputs of frozen parts left out.

    Args:
        meta: Of the data set.
        split: Of all its pictures.
    """
    shown = len(split.train) * spec.augmentation.repeats
    missing = tuple(_missing(spec, phase.train_from, meta, split, home) for phase in phases(spec))
    return Work(min(spec.training.batch_size, shown), shown, len(split.validation), len(split.test), missing)


def budget_of(spec: RunSpec, timing: Timing, work: Work) -> Budget:
    """How long a run of `spec` takes.

    Where every epoch works through the frozen part again, that is reckoned from what a picture takes there: such a
    step, which may be very slow, is not timed itself.
    """
    extraction = training = again = 0.0
    for phase, took, missing in zip(phases(spec), timing.phases, work.missing, strict=True):
        extraction += took.frozen * (missing or 0)
        again = took.frozen if missing is None else 0.0
        epoch = work.train * (took.step / work.batch_size + again) + work.validation * (took.look + again) + took.epoch
        training += epoch * (phase.end - phase.first)
    begin = timing.build + sum(took.begin for took in timing.phases)
    exam = timing.finish + work.test * (took.look + again)
    return Budget(begin, extraction, training, exam, spec.training.epochs)


def at_size(spec: RunSpec, size: int) -> RunSpec:
    """`spec` with pictures of `size` px."""
    return spec.model_copy(update={"data": spec.data.model_copy(update={"image_size": size})})


def scaled(timing: Timing, spec: RunSpec, size: int, classes: int, batch_size: int) -> Timing:
    """What `timing`, measured of `spec`, would be with pictures of `size` px, in proportion to the multiply-adds.

    Of a training step only so much follows the pictures as three looks at a batch take; the rest stays.

    Args:
        batch_size: That was timed.
    """
    found = []
    for phase, took in zip(phases(spec), timing.phases, strict=True):
        before, after = (_multiply_adds(sized, phase.train_from, classes) for sized in (spec, at_size(spec, size)))
        frozen, trained = (new / old if old else 1.0 for new, old in zip(after, before, strict=True))
        work = min(took.step, BACKWARDS * batch_size * took.look)
        changes = {
            "step": took.step - work * (1 - trained),
            "look": took.look * trained,
            "frozen": took.frozen * frozen,
        }
        found.append(took.model_copy(update=changes))
    return timing.model_copy(update={"phases": tuple(found)})


def smaller_size(
    spec: RunSpec, timing: Timing, meta: DatasetMeta, split: Split, home: Home
) -> tuple[int, Budget] | None:
    """A smaller picture size that is worth offering, with what a run takes then; None where there is none.

    It saves at least a third of the time and 10 s. Arguments as of `work_of`.
    """
    work = work_of(spec, meta, split, home)
    now = budget_of(spec, timing, work).total
    for size in SIZES:
        other = at_size(spec, size)
        if size >= spec.data.image_size or describe(other, len(meta.classes)).problem:
            continue
        less = scaled(timing, spec, size, len(meta.classes), work.batch_size)
        then = budget_of(other, less, work_of(other, meta, split, home))
        if now - then.total >= max(_SAVES_SHARE * now, _SAVES_SECONDS):
            return size, then
    return None


def _cut(spec: RunSpec, train_from: str, classes: int) -> TransferFacts:
    assert isinstance(spec.architecture, Transfer)
    architecture = spec.architecture.model_copy(update={"train_from": train_from})
    return describe_transfer(architecture, spec.input_shape, classes, spec.training.loss)


def _multiply_adds(spec: RunSpec, train_from: str, classes: int) -> tuple[int, int]:
    """Of the frozen and of the trained part, for one picture."""
    if isinstance(spec.architecture, OwnCNN):
        return 0, describe(spec, classes).multiply_adds
    facts = _cut(spec, train_from, classes)
    return facts.frozen_multiply_adds, facts.trained.multiply_adds


def _missing(spec: RunSpec, train_from: str, meta: DatasetMeta, split: Split, home: Home) -> int | None:
    """Rows that a phase still has to compute; None where every epoch computes all of them."""
    if isinstance(spec.architecture, OwnCNN):
        return 0
    facts = _cut(spec, train_from, len(meta.classes))
    if not facts.begin:
        return 0
    found = find_weights(home, spec.architecture.backbone, spec.architecture.weights)
    weights = found.sha256 if found else "not here"
    count = sum(map(len, vars(split).values()))
    plain = frozen_part(spec, train_from, _kept_shape(facts), count, meta.content_hash, weights)
    wanted = wanted_rows(plain, spec.augmentation, vars(split))
    if is_exact(spec) or not has_room(wanted, home.cache):
        return None
    return sum(len(missing_rows(part, home.cache, rows)) for part, rows in wanted.items())


def _kept_shape(facts: TransferFacts) -> tuple[int, ...]:
    """What the frozen part gives for a picture: the map at the cut; behind a whole backbone, its pooled numbers."""
    is_whole = facts.begin == len(facts.steps)
    return facts.trained.layers[0].output_shape if is_whole else facts.trained.input_shape
