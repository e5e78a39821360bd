"""Signs in how the curves of training and validation lie to each other, and in how they end.

Each constant says why it is what it is; the numbers of real runs that they go by are in tests/core/doctor/histories.
"""

from __future__ import annotations

from core.architecture.layers import Dropout, OwnCNN
from core.doctor.case import LATE, Case, early, late
from core.doctor.diagnosis import Evidence
from core.doctor.sign import FEW, Sign, loss_text, percent
from core.i18n import _
from core.spec import RunSpec

GAP = 0.05  # of accuracy: one picture in twenty; chance alone does as much to a hundred validation pictures
GROWN = 0.03  # of accuracy, which chance seldom adds to the mean of several epochs
RISEN = 1.15  # times the lowest validation loss; healthy runs waver by less than 1.1 around it
BY_HEART = 0.99  # training accuracy at which nothing is left to learn but the pictures themselves
LOW = 0.75  # accuracy below which one picture in four is wrong: worth a larger network before anything finer
GOOD = 0.9  # accuracy from which curves that run together are called healthy
STILL_FALLING = 0.05  # times the cost of guessing, in the last quarter of the epochs: there is more to come
EASIER = 0.03  # of accuracy, by which validation is ahead in each of the last epochs


def overfitting(case: Case) -> Sign | None:
    """A gap between training and validation accuracy that grew, or is there with all training pictures known."""
    gap = late(case.gaps) if case.epochs >= FEW else 0.0
    if gap < GAP or not (_grew(case) or _rose(case) or late(case.accuracy) >= BY_HEART):
        return None
    since = _since(case.gaps, gap / 2)
    text = _(
        "Training accuracy is {training}, validation {validation}, and the gap opened in epoch {epoch}: "
        "the network learns its training pictures by heart."
    )
    sentence = text.format(**_accuracies(case), epoch=since + 1)
    evidence = [Evidence("accuracy", since, case.epochs - 1, (late(case.accuracy), late(case.val_accuracy)))]
    if _rose(case):
        best = case.val_loss.index(min(case.val_loss))
        text = _("Validation loss was lowest in epoch {epoch}, {low}, and is {high} now.")
        low, high = loss_text(case.val_loss[best]), loss_text(case.val_loss[-1])
        sentence += " " + text.format(epoch=best + 1, low=low, high=high)
        evidence.append(Evidence("loss", best, case.epochs - 1, (case.val_loss[best],)))
    return Sign(sentence, tuple(evidence))


def underfitting(case: Case) -> Sign | None:
    """Low accuracy on both parts, and a training loss that hardly falls any more."""
    if case.epochs < FEW or max(late(case.accuracy), late(case.val_accuracy)) >= LOW:
        return None
    if late(case.gaps) >= GAP or _falls(case, case.loss) or _falls(case, case.val_loss) or _rises(case):
        return None
    text = _(
        "Training accuracy is only {training}, validation {validation}, and the training loss fell by just {fall} "
        "since epoch {epoch}: the network is too small for these pictures, or has too little time."
    )
    fall = max(0.0, case.loss[-1 - case.quarter] - case.loss[-1])
    sentence = text.format(**_accuracies(case), fall=loss_text(fall), epoch=case.epochs - case.quarter)
    return Sign(sentence, (Evidence("accuracy", case.epochs - 1 - case.quarter, case.epochs - 1),))


def stopped_early(case: Case) -> Sign | None:
    """A validation loss that is at its lowest at the end and still falls, or accuracy that is low and still rises."""
    if case.epochs < 2:
        return None
    if not _falls(case, case.val_loss):
        return _still_rising(case)
    text = _(
        "Validation loss was still falling when training ended, from {before} to {now} in the last epoch: "
        "there is more to learn."
    )
    if case.quarter > 1:
        text = _(
            "Validation loss was still falling when training ended, from {before} to {now} in the last {epochs} "
            "epochs: there is more to learn."
        )
    before, now = case.val_loss[-1 - case.quarter], case.val_loss[-1]
    sentence = text.format(before=loss_text(before), now=loss_text(now), epochs=case.quarter)
    return Sign(sentence, (Evidence("loss", case.epochs - 1 - case.quarter, case.epochs - 1),))


def _still_rising(case: Case) -> Sign | None:
    if case.val_accuracy[-1] >= LOW or not _rises(case):
        return None
    text = _(
        "Accuracy was still rising when training ended, from {before} to {now} on the validation pictures since epoch "
        "{epoch}: there is more to learn."
    )
    before, now = case.val_accuracy[-1 - case.quarter], case.val_accuracy[-1]
    sentence = text.format(before=percent(before), now=percent(now), epoch=case.epochs - case.quarter)
    return Sign(sentence, (Evidence("accuracy", case.epochs - 1 - case.quarter, case.epochs - 1),))


def harder(case: Case) -> Sign | None:
    """A gap from the first epochs on that did not grow: the validation pictures are not like the others."""
    gap = late(case.gaps) if case.epochs >= FEW else 0.0
    if gap < GAP or min(case.gaps[1:]) < GAP / 2:
        return None
    text = _(
        "Training accuracy is {training}, validation {validation}; the gap was there from the first epochs and did "
        "not grow. So it is not learnt by heart: the validation pictures themselves are harder, or of another kind."
    )
    evidence = Evidence("accuracy", 0, case.epochs - 1, (late(case.accuracy), late(case.val_accuracy)))
    return Sign(text.format(**_accuracies(case)), (evidence,))


def easier(case: Case) -> Sign | None:
    """Validation ahead of training to the end."""
    if case.epochs < FEW or max(case.gaps[-FEW:]) > -EASIER:
        return None
    sentence = _("Validation accuracy is {validation}, training only {training}.").format(**_accuracies(case))
    begin = next(epoch for epoch in range(case.epochs) if max(case.gaps[epoch:]) <= -EASIER)
    return Sign(f"{sentence} {_why_easier(case.spec)}", (Evidence("accuracy", begin, case.epochs - 1),))


def healthy(case: Case) -> Sign | None:
    """High accuracy on both parts, and curves that go together."""
    if case.epochs < FEW or late(case.val_accuracy) < GOOD or late(case.gaps) >= GAP:
        return None
    text = _("Training accuracy is {training}, validation {validation}: both rose together and stayed together.")
    return Sign(text.format(**_accuracies(case)))


def _grew(case: Case) -> bool:
    return late(case.gaps) - early(case.gaps) >= GROWN


def _rose(case: Case) -> bool:
    """Whether validation loss rose, for longer than a moment, while training loss fell on."""
    best = case.val_loss.index(min(case.val_loss))
    return (
        best < case.epochs - LATE
        and late(case.val_loss) >= RISEN * case.val_loss[best]
        and late(case.loss) < case.loss[best]
    )


def _falls(case: Case, losses: tuple[float, ...]) -> bool:
    """Whether losses are at their lowest at the end, and well below where they were a quarter of the epochs ago."""
    fall = losses[-1 - case.quarter] - losses[-1]
    return losses[-1] <= min(losses) and fall >= STILL_FALLING * case.guess_loss


def _rises(case: Case) -> bool:
    """Whether accuracy is still on its way up on both parts, by more than chance adds in a quarter of the epochs."""
    before = -1 - case.quarter
    return all(values[-1] - values[before] >= GROWN for values in (case.accuracy, case.val_accuracy))


def _since(values: tuple[float, ...], level: float) -> int:
    """The epoch from which on all values are above `level`."""
    below = [epoch for epoch, value in enumerate(values) if value < level]
    return below[-1] + 1 if below else 0


def _why_easier(spec: RunSpec) -> str:
    varied, dropped = not spec.augmentation.is_off, _has_dropout(spec)
    if varied and dropped:
        return _("No fault: training pictures are varied and dropout switches parts off, and both only in training.")
    if varied:
        return _("No fault: training pictures are varied and so harder; validation pictures are shown as they are.")
    if dropped:
        return _("No fault: dropout switches parts of the network off, but only while it trains.")
    return _("Nothing in the settings makes training harder: by chance, validation may have got the easier pictures.")


def _has_dropout(spec: RunSpec) -> bool:
    architecture = spec.architecture
    if isinstance(architecture, OwnCNN):
        return any(isinstance(layer, Dropout) and layer.rate for layer in architecture.layers)
    return architecture.dropout > 0


def _accuracies(case: Case) -> dict[str, str]:
    """Of the last epoch, as the reader sees them on the curves."""
    return {"training": percent(case.accuracy[-1]), "validation": percent(case.val_accuracy[-1])}
