"""The numbers of a report in words, each worked out with the counts of this very matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.evaluation import Confusion, Exam
from core.i18n import _, ngettext
from ui import format
from ui.format import brief
from ui.html import plain

FIELDS = ("precision", "recall", "f1-score")

Worked = tuple[str, str, str, str]  # sentences on precision, recall, F1 and support


def confusion_words(pair: Confusion, true: str, said: str) -> str:
    """A mistake as a sentence in Markdown.

    Args:
        true, said: What the two classes are called.
    """
    text = ngettext(
        "{count} of {total} pictures of {true} was called {said}",
        "{count} of {total} pictures of {true} were called {said}",
        pair.count,
    )
    numbers = {"count": format.count(pair.count), "total": format.count(pair.total)}
    return text.format(**numbers, true=plain(brief(true)), said=plain(brief(said)))


def cell_words(true: str, said: str, count: int) -> str:
    """What a cell of a matrix holds, in Markdown: how many pictures of one class were called by which name."""
    number = ngettext("{count} picture", "{count} pictures", count).format(count=format.count(count))
    text = _("{true}, named right: {number}") if true == said else _("{true}, called {said}: {number}")
    return text.format(true=plain(brief(true)), said=plain(brief(said)), number=number)


def worst_class(exam: Exam) -> int:
    """Number of the class with the lowest F1, of those that have pictures."""
    rows = _rows(exam)
    return int(np.argmin([row["f1-score"] if row["support"] else 2 for row in rows]))


def of_classes(exam: Exam, classes: Sequence[str]) -> list[Worked]:
    """What each number of each class comes from, one sentence a number."""
    hits, called = np.diag(exam.matrix).tolist(), exam.matrix.sum(axis=0).tolist()
    return [
        (
            _precision(brief(name), hits[number], called[number], row),
            _recall(brief(name), hits[number], int(row["support"]), row),
            _f1(brief(name), row),
            _support(brief(name), int(row["support"]), len(exam.labels)),
        )
        for number, (name, row) in enumerate(zip(classes, _rows(exam), strict=True))
    ]


def of_accuracy(exam: Exam) -> str:
    """What accuracy comes from."""
    text = ngettext(
        "Of all {all} pictures, {right} is on the diagonal, that is, named right: {accuracy}.",
        "Of all {all} pictures, {right} are on the diagonal, that is, named right: {accuracy}.",
        exam.right,
    )
    numbers = {"all": format.count(len(exam.labels)), "right": format.count(exam.right)}
    return text.format(**numbers, accuracy=format.percent(exam.accuracy))


def of_all(exam: Exam) -> str:
    """What the support of all classes together is."""
    text = ngettext(
        "{all} picture in all classes together.", "{all} pictures in all classes together.", len(exam.labels)
    )
    return text.format(all=format.count(len(exam.labels)))


def of_macro(exam: Exam) -> Worked:
    """What the macro averages come from."""
    text = _("Every class counts the same: ({sum}) / {count} = {mean}.")
    return _means(exam, "macro avg", text, len(_rows(exam)), lambda _row, share: share)


def of_weighted(exam: Exam) -> Worked:
    """What the weighted averages come from."""
    text = _("Every class counts as often as it has pictures: ({sum}) / {count} = {mean}.")
    return _means(exam, "weighted avg", text, len(exam.labels), lambda row, share: f"{row['support']:.0f} × {share}")


def meanings(exam: Exam, classes: Sequence[str]) -> list[tuple[str, str]]:
    """(name, what it means and an example) pairs; the example is the class that comes out worst."""
    precision, recall, f1, support = of_classes(exam, classes)[worst_class(exam)]
    texts = (
        (
            _("Precision"),
            _("Of all pictures that it called by a name, the share that really is that."),
            precision,
        ),
        (_("Recall"), _("How much it finds: of the pictures of a class, the share that is given its name."), recall),
        (_("F1"), _("Precision and recall in one number, low when either is low."), f1),
        (_("Support"), _("How many pictures a class has here. Few make a shaky number."), support),
        (_("Accuracy"), _("The share of all pictures that it names right."), of_accuracy(exam)),
        (_("Macro average"), _("The plain mean: a small class counts as much as a large one."), of_macro(exam)[2]),
        (_("Weighted average"), _("The mean in which large classes count more."), of_weighted(exam)[2]),
    )
    return [(title, f"{meaning} {example}") for title, meaning, example in texts]


def _rows(exam: Exam) -> list[Mapping[str, float]]:
    return [exam.report[str(number)] for number in range(len(exam.matrix))]


def _precision(name: str, hits: int, called: int, row: Mapping[str, float]) -> str:
    if called == 0:
        text = _("No picture was called {name}, which counts as {share}.")
    elif called == 1:
        right, wrong = (
            _("One picture was called {name}, rightly: {share}."),
            _("One was called {name}, wrongly: {share}."),
        )
        text = right if hits else wrong
    else:
        text = ngettext(
            "Of the {called} pictures called {name}, {hits} is {name}: {share}.",
            "Of the {called} pictures called {name}, {hits} are {name}: {share}.",
            hits,
        )
    return text.format(called=called, name=name, hits=hits, share=format.percent(row["precision"]))


def _recall(name: str, hits: int, support: int, row: Mapping[str, float]) -> str:
    if support == 0:
        text = _("No picture here is {name}, so there is none to find, which counts as {share}.")
    elif support == 1:
        text = _("The one picture of {name} was found: {share}.") if hits else _("The one {name} was missed: {share}.")
    else:
        text = ngettext(
            "Of the {support} pictures that are {name}, {hits} was found: {share}.",
            "Of the {support} pictures that are {name}, {hits} were found: {share}.",
            hits,
        )
    return text.format(support=support, name=name, hits=hits, share=format.percent(row["recall"]))


def _f1(name: str, row: Mapping[str, float]) -> str:
    precision, recall, share = (row[field] for field in FIELDS)
    values = {"name": name, "p": _bare(precision), "r": _bare(recall), "share": format.percent(share)}
    if share == 0:
        return _("No {name} was found, so precision, recall and F1 are {share}.").format(**values)
    return _("Precision and recall of {name} in one: 2 × {p} × {r} / ({p} + {r}) = {share}.").format(**values)


def _support(name: str, support: int, pictures: int) -> str:
    if support == 0:
        return _("None of the pictures is {name}: its numbers say nothing.").format(name=name)
    text = ngettext(
        "{support} of {all} pictures is {name}: its recall is all or nothing.",
        "{support} of {all} pictures are {name}: each is worth {step} of its recall.",
        support,
    )
    numbers = {"support": format.count(support), "all": format.count(pictures)}
    return text.format(**numbers, name=name, step=format.percent(1 / support))


def _means(exam: Exam, average: str, text: str, count: int, term: Callable[[Mapping[str, float], str], str]) -> Worked:
    rows = _rows(exam)
    precision, recall, f1 = (
        text.format(
            sum=_sum([term(row, _bare(row[field])) for row in rows]),
            count=format.count(count),
            mean=format.percent(exam.report[average][field]),
        )
        for field in FIELDS
    )
    return precision, recall, f1, of_all(exam)


def _bare(share: float) -> str:
    """A share in percent without the sign, for a formula."""
    return f"{100 * share:.1f}"


def _sum(terms: Sequence[str]) -> str:
    """The terms with plus signs; of many only the first two and the last."""
    return " + ".join(terms if len(terms) <= 3 else [*terms[:2], "…", terms[-1]])
