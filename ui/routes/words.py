"""What the routes and mistakes are called, their colours, and the sentence at the end of the race."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.evaluation import of_hundred
from core.i18n import N_, _
from core.routes import Cost, Mistake, Route
from ui import format, palette


class Look(NamedTuple):
    """How a route is shown: its name, a short one for the end of its line, the line's colour and dash."""

    name: str
    label: str
    colour: str
    dash: str


LOOKS: dict[Route, Look] = {
    "own": Look(N_("Own CNN"), N_("Own CNN"), palette.ORANGE, "solid"),
    "features": Look(N_("VGG16 features"), N_("Features"), palette.PURPLE, "dash"),
    "fine_tuned": Look(N_("VGG16 fine-tuned"), N_("Fine-tuned"), palette.BLUE, "dot"),
    "augmented": Look(N_("Fine-tuning + augmentation"), N_("Augmented"), palette.GREEN, "dashdot"),
}
ABOUT: dict[Route, str] = {
    "own": N_("Four convolutions that begin from nothing."),
    "features": N_("VGG16 stays as ImageNet made it; only a small head learns."),
    "fine_tuned": N_("VGG16's last convolution learns along with the head."),
    "augmented": N_("The same, with turned, moved, zoomed and mirrored copies."),
}
MISTAKES: dict[Mistake, str] = {
    "everything_trainable": N_("All of VGG16 left trainable"),
    "raw_pixels": N_("Raw pixels"),
}
EXPECTED: dict[Mistake, str] = {
    "everything_trainable": N_(
        "The notebook's second route never froze VGG16. Adam's first steps of 0.001 then undo what ImageNet taught it: "
        "expect far less, often no more than guessing; the notebook got 54 of 100. Each epoch also takes far longer, "
        "since nothing can be kept."
    ),
    "raw_pixels": N_(
        "VGG16 learned from blue, green and red, each minus its mean of 104 to 124. Here it gets red, green and "
        "blue from 0 to 255. Expect it to work, but somewhat worse: edges are still edges; brightness and colours are "
        "not what it knows."
    ),
}


def verdict(scores: Mapping[Route, float]) -> str:
    """Who won, in one or two sentences, from the test accuracies (0 to 1) of all four."""
    best = max(scores.values())
    winners = [_(LOOKS[route].name) for route, score in scores.items() if score == best]
    values = {"right": of_hundred(best)}
    if len(winners) == len(scores):
        return _("All four came out alike: {right} of 100 right.").format(**values)
    if len(winners) == 1:
        text = _("{name} was best: {right} of 100 right.").format(name=winners[0], **values)
    else:
        names = _("{names} and {last}").format(names=", ".join(winners[:-1]), last=winners[-1])
        text = _("{names} were best: {right} of 100 right.").format(names=names, **values)
    if scores["own"] == best:
        return text
    return f"{text} {_(LOOKS['own'].name)}: {of_hundred(scores['own'])}."


def cost_words(cost: Cost) -> str:
    """What a photo costs: "5.0 G once, 12 M an epoch", which breaks after the comma only."""
    each = _("{number} an epoch").format(number=format.short_count(cost.each_epoch))
    once = _("{number} once").format(number=format.short_count(cost.once)) if cost.once else ""
    return ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in (once, each) if part)
