"""Signs of a learning rate that does not suit: too high, too low, or a network that was driven into one answer.

Each constant says why it is what it is; the numbers of real runs that they go by are in tests/core/doctor/histories.
"""

from __future__ import annotations

import math

import numpy as np

from core.doctor.case import LATE, Case, late
from core.doctor.diagnosis import Evidence
from core.doctor.sign import FEW, Sign, loss_text, percent
from core.i18n import _
from core.spec import RunSpec

GAP = 0.05  # of accuracy, below which training and validation are taken for equal
MOST = 0.5  # accuracy that the largest class alone gives in a set of unlike classes
GOOD = 0.9  # accuracy from which no answer for all is suspected
BURST = 2.0  # times the cost of guessing: first weights of a stack guess, so that only corrections lead there
NO_BETTER = 0.9  # times the cost of guessing: at such an end a network has learnt next to nothing
JUMPED = 0.1  # times the cost of guessing: a worsening that is larger than the wavering of a healthy run (0.03)
WORSE = 1.25  # times the best training loss: training ends worse than it was, which only too long steps do
ZIGZAG = 0.4  # of all that the training loss fell it rose again; 0.3 was the highest of runs with a good rate
SLOW = 0.15  # of the training loss, that fell in the whole run
STRAIGHT = -0.8  # correlation of loss and epoch: the curve of a run that learnt well bends and has -0.7
UNLIKE = 0.3  # standard deviations of one right guess: so much the share of the largest class may exceed the mean
STILL = 0.03  # of accuracy: it moves by less where nearly all pictures get the same answer
FALLS = 0.02  # times the cost of guessing: a training loss that falls by more is still learning
USUAL_RATES = {"sgd": 1e-2}  # Keras's default learning rates
USUAL_RATE = 1e-3  # of all its other optimizers


def usual_rate(spec: RunSpec) -> float:
    """The learning rate that Keras gives the optimizer of `spec` by default."""
    return USUAL_RATES.get(spec.training.optimizer, USUAL_RATE)


def diverged(case: Case) -> Sign | None:
    """A loss that is no number any more."""
    if case.lost_in is None:
        return None
    text = _("In epoch {epoch} the loss grew beyond all numbers: each correction made things worse than it found them.")
    return Sign(text.format(epoch=case.lost_in + 1), (Evidence("loss", case.lost_in, case.lost_in),))


def rate_too_high(case: Case) -> Sign | None:
    """A training loss that shoots up, ends worse than it was, or goes up and down."""
    return (_burst(case) or _ends_worse(case) or _zigzag(case)) if case.epochs >= FEW else None


def rate_too_low(case: Case) -> Sign | None:
    """A training loss that falls slowly and along a straight line, far above its floor, at a rate below the usual."""
    if case.epochs < FEW or case.spec.training.learning_rate >= usual_rate(case.spec):
        return None
    first, last = case.loss[0], late(case.loss)
    if not (1 - SLOW) * first < last < first or last < NO_BETTER / 2 * case.guess_loss:
        return None
    if np.corrcoef(range(case.epochs), case.loss)[0, 1] > STRAIGHT:
        return None
    text = _(
        "In {epochs} epochs the training loss went from {first} to {last}, along a straight line, and guessing costs "
        "{guess}: each correction is so small that hardly anything moves."
    )
    sentence = text.format(
        epochs=case.epochs, first=loss_text(first), last=loss_text(last), guess=loss_text(case.guess_loss)
    )
    return Sign(sentence, (Evidence("loss", 0, case.epochs - 1, (case.guess_loss,)),))


def one_class(case: Case) -> Sign | None:
    """Accuracy at the share of one class while the loss is what guessing costs, or stands still like a constant's."""
    if case.epochs < FEW:
        return None
    accuracy, loss = late(case.val_accuracy), late(case.loss)
    last = case.val_accuracy[-FEW:]
    most = case.guess + UNLIKE * case.guess * (1 - case.guess)
    is_still = max(last) - min(last) <= STILL and case.loss[-FEW] - case.loss[-1] <= FALLS * case.guess_loss
    is_guessing = is_still and max(last) <= most and loss >= NO_BETTER * case.guess_loss
    if not is_guessing and not _answers_alike(case):
        return None
    text = _(
        "Validation accuracy stays at {accuracy} and the training loss at {loss} (guessing costs {guess}): "
        "the curves of a network that gives nearly every picture the same answer."
    )
    sentence = text.format(accuracy=percent(accuracy), loss=loss_text(loss), guess=loss_text(case.guess_loss))
    begin = next(epoch for epoch in range(case.epochs) if max(case.val_accuracy[epoch:]) <= max(last))
    return Sign(sentence, (Evidence("accuracy", begin, case.epochs - 1, (case.guess,)),))


def _burst(case: Case) -> Sign | None:
    """Up far beyond guessing, and nothing learnt in the end; where something is, it was only a rough start."""
    high, end = max(case.loss), late(case.loss)
    if high < BURST * case.guess_loss or end < NO_BETTER * case.guess_loss:
        return None
    epoch = case.loss.index(high)
    text = _(
        "The training loss shot up to {high} in epoch {epoch} and ended at {end}, where guessing costs {guess}: "
        "the first corrections were so large that the network did not recover."
    )
    words = {"high": loss_text(high), "end": loss_text(end), "guess": loss_text(case.guess_loss)}
    return Sign(text.format(epoch=epoch + 1, **words), (Evidence("loss", epoch, epoch),))


def _ends_worse(case: Case) -> Sign | None:
    best, end = min(case.loss), late(case.loss)
    epoch = case.loss.index(best)
    if epoch >= case.epochs - LATE or end < WORSE * best or end - best < JUMPED * case.guess_loss:
        return None
    text = _("The training loss was {best} in epoch {epoch} and ended at {end}: the corrections jump over the goal.")
    sentence = text.format(best=loss_text(best), epoch=epoch + 1, end=loss_text(end))
    return Sign(sentence, (Evidence("loss", epoch, case.epochs - 1, (best,)),))


def _zigzag(case: Case) -> Sign | None:
    steps = np.diff(np.minimum(case.loss, BURST * case.guess_loss))  # a rough start is not counted as a fall
    rise, fall = float(steps[steps > 0].sum()), float(-steps[steps < 0].sum())
    if rise < ZIGZAG * fall or rise < 2 * JUMPED * case.guess_loss:
        return None
    text = _(
        "The training loss went up in {rises} of {steps} epochs, once by {most}: "
        "the corrections jump to and fro across the goal."
    )
    rises = np.flatnonzero(steps > 0)
    sentence = text.format(rises=len(rises), steps=len(steps), most=loss_text(float(steps.max())))
    return Sign(sentence, (Evidence("loss", int(rises[0]), int(rises[-1]) + 1),))


def _answers_alike(case: Case) -> bool:
    """Whether validation accuracy did not move at all and the loss is no less than that of one answer for all.

    The right answer for a share p of the pictures costs at least the entropy of p; who tells pictures apart pays less.
    """
    share = late(case.accuracy)
    if len(set(case.val_accuracy[-FEW:])) > 1 or not MOST <= share < GOOD:
        return False
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    return late(case.loss) >= entropy and abs(late(case.gaps)) < GAP
