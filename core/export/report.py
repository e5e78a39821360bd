"""A run as one HTML page that opens anywhere, offline: settings, curves, matrix, report, sample mistakes. No script."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.architecture.describe import describe
from core.architecture.layers import OwnCNN
from core.architecture.transfer import Transfer
from core.datasets.dataset import Dataset
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.evaluation import Exam, confused_pairs
from core.exams import read_exam
from core.export import svg
from core.home import Home
from core.i18n import _
from core.knobs import Frozen, knobs_of
from core.runs.folder import RunFolder, RunInfo
from core.runs.history import History, history_of
from core.runs.notes import run_name

MISTAKES = 24  # shown, the most confident first
PICTURE = 96  # px at which a mistake is shown
STYLE = Path(__file__).with_name("report.css")

Rows = Iterable[Sequence[object]]


def write_report(run: RunFolder, path: Path) -> None:
    """Write the page. What is not there, such as the exam of a run that took none, is left out with a word."""
    info, history, exam = run.info(), history_of(run.events), read_exam(run)
    title = run_name(run)
    parts = [
        f"<header><h1>{escape(title)}</h1>{_summary(run, info, exam)}</header>",
        _section(_("How it learned"), _curves(history)),
        *_examined(run, info, exam),
        _section(_("The network"), _network(info)),
        _section(_("Settings"), _settings(info)),
    ]
    path.write_text(_page(title, "\n".join(parts)), encoding="utf-8")


def _page(title: str, body: str) -> str:
    style = STYLE.read_text(encoding="utf-8")
    about = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"<head>{about}<title>{escape(title)}</title><style>{style}</style></head>"
    foot = f"<footer>{escape(_('Made with CNN Studio. This page needs no network.'))}</footer>"
    return f'<!doctype html><html lang="en">{head}<body><main>{body}{foot}</main></body></html>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _summary(run: RunFolder, info: RunInfo, exam: Exam | None) -> str:
    day = time.strftime("%d %B %Y, %H:%M", time.localtime(info.created_at))
    line = f"{_(info.dataset_title)} · {len(info.classes)} {_('classes')} · {day}"
    score = _("It has taken no final exam.")
    if exam:
        text = _("{right} of {total} test pictures that it had never seen are named right: {share:.1%}.")
        score = text.format(right=exam.right, total=len(exam.labels), share=exam.accuracy)
    return f"<p>{escape(line)}</p><p class='score'>{escape(score)}</p>"


def _curves(history: History) -> str:
    records = history.records
    if not records:
        return _p(_("No epoch was finished."))
    losses = [value for record in records for value in (record.loss, record.val_loss) if value is not None]
    accuracies = [record.accuracy for record in records], [record.val_accuracy for record in records]
    loss = svg.curves(
        _("Loss"), [record.loss for record in records], [record.val_loss for record in records], max([*losses, 0.1])
    )
    names = f"<p class='key'><b class='train'></b>{_('training')} <b class='validation'></b>{_('validation')}</p>"
    figures = (
        f"<figure><figcaption>{escape(name)}</figcaption>{chart}</figure>"
        for name, chart in ((_("Loss"), loss), (_("Accuracy"), svg.curves(_("Accuracy"), *accuracies, 1.0)))
    )
    return f"{names}<div class='charts'>{''.join(figures)}</div>"


def _examined(run: RunFolder, info: RunInfo, exam: Exam | None) -> list[str]:
    if exam is None:
        return []
    pairs = [
        _("{true} was called {said}: {count} of {total}.").format(
            count=pair.count, total=pair.total, true=info.classes[pair.true], said=info.classes[pair.said]
        )
        for pair in confused_pairs(exam.matrix)
    ]
    words = "".join(map(_p, pairs)) or _p(_("Not one mistake."))
    matrix = _p(_("Rows: what a picture is. Columns: what it was called.")) + svg.matrix(exam.matrix, info.classes)
    return [
        _section(_("What it mixes up"), words + matrix),
        _section(_("Report"), _report(exam, info.classes)),
        _section(_("Mistakes it was most sure of"), _mistakes(run, info, exam)),
    ]


def _report(exam: Exam, classes: Sequence[str]) -> str:
    fields = ("precision", "recall", "f1-score")
    named = [*((name, exam.report[str(number)]) for number, name in enumerate(classes))]
    named += [(_("Macro average"), exam.report["macro avg"]), (_("Weighted average"), exam.report["weighted avg"])]
    rows = [[name, *(f"{row[field]:.1%}" for field in fields), f"{int(row['support']):,}"] for name, row in named]
    return _table([_("Class"), _("Precision"), _("Recall"), _("F1"), _("Pictures")], rows)


def _mistakes(run: RunFolder, info: RunInfo, exam: Exam) -> str:
    wrong = exam.mistakes()[:MISTAKES]
    if not len(wrong):
        return _p(_("There are none."))
    try:
        dataset = _dataset(run, info)
    except StudioError as error:
        return _p(str(error))
    figures = [_mistake(dataset.images[exam.indices[place]], info, exam, place) for place in wrong.tolist()]
    return f"<div class='mistakes'>{''.join(figures)}</div>"


def _dataset(run: RunFolder, info: RunInfo) -> Dataset:
    dataset = open_dataset(Home(run.path.parent.parent), info.spec.data.dataset)
    if dataset.meta.content_hash != info.content_hash:
        raise StudioError(_("The pictures are no longer on this computer as they were."))
    return dataset


def _mistake(picture: NDArray[np.uint8], info: RunInfo, exam: Exam, place: int) -> str:
    true, said = info.classes[exam.labels[place]], info.classes[exam.said[place]]
    words = _("{true}, called {said} ({share:.0%})").format(true=true, said=said, share=exam.confidences[place])
    size = f"width='{PICTURE}' height='{PICTURE}'"
    image = f"<img src='data:image/png;base64,{_png(picture)}' alt='{escape(true)}' {size}>"
    return f"<figure>{image}<figcaption>{escape(words)}</figcaption></figure>"


def _png(picture: NDArray[np.uint8]) -> str:
    image = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    image.thumbnail((2 * PICTURE, 2 * PICTURE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _network(info: RunInfo) -> str:
    facts = describe(info.spec, len(info.classes))
    text = _("{parameters:,} parameters, {trained:,} of them learn. {adds:,} multiply-adds a picture.")
    words = text.format(parameters=facts.parameters, trained=facts.trainable_parameters, adds=facts.multiply_adds)
    rows = [[layer.title, " × ".join(map(str, layer.output_shape)), f"{layer.parameters:,}"] for layer in facts.layers]
    table = _table([_("Layer"), _("Gives"), _("Parameters")], rows)
    return _p(words) + (f"<details><summary>{escape(_('Every layer'))}</summary>{table}</details>")


def _settings(info: RunInfo) -> str:
    spec = info.spec
    parts: list[tuple[str, Frozen]] = [(_("Data"), spec.data), (_("Training"), spec.training)]
    if not spec.augmentation.is_off:
        parts.insert(1, (_("Augmentation"), spec.augmentation))
    if isinstance(spec.architecture, Transfer):
        parts.insert(-1, (_("Transfer"), spec.architecture))
    assert isinstance(spec.architecture, OwnCNN | Transfer)
    return "".join(f"<h3>{escape(title)}</h3>{_table([], _rows(part))}" for title, part in parts)


def _rows(part: Frozen) -> Rows:
    for knob in knobs_of(type(part)):
        value = getattr(part, knob.name)
        shown = _(knob.choices.get(value, str(value))) if knob.choices else str(value)
        yield _(knob.title), f"{shown} {_(knob.unit)}".strip()


def _table(heads: Sequence[str], rows: Rows) -> str:
    head = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in heads)}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class='table'><table>{head}<tbody>{body}</tbody></table></div>"


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"
