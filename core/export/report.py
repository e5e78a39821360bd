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

from core.architecture.describe import describe, head_of
from core.architecture.summary import shape_text, summary
from core.architecture.transfer import Transfer
from core.augmentation.words import details
from core.datasets.progress import Progress, silent, within
from core.errors import StudioError
from core.evaluation import Exam, confused_pairs
from core.exams import read_exam
from core.export import svg
from core.export.pictures import run_dataset
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from core.runs.history import History, history_of
from core.runs.network_words import network_rows
from core.runs.notes import about_of, run_name
from core.runs.settings import PARTS, settings_of
from core.spec import ArchitectureSpec

MISTAKES = 24  # shown, the most confident first
PICTURE = 96  # px at which a mistake is shown
STYLE = Path(__file__).with_name("report.css")

Rows = Iterable[Sequence[object]]


def write_report(run: RunFolder, path: Path, *, with_pictures: bool = True, on_progress: Progress = silent) -> None:
    """Write the page. What is not there, such as the exam of a run that took none, is left out with a word."""
    info, history, exam = run.info(), history_of(run.events), read_exam(run)
    title = run_name(run)
    on_progress(0.2, _("Drawing the curves"))
    parts = [
        f"<header><h1>{escape(title)}</h1>{_summary(run, info, exam)}</header>",
        _section(_("How it learned"), _curves(history)),
        *_examined(run, info, exam, with_pictures, within(on_progress, 0.3, 0.9)),
        _section(_("The network"), _network(info)),
        _section(_("Settings"), _settings(info)),
    ]
    path.write_text(_page(title, "\n".join(parts)), encoding="utf-8")
    on_progress(1.0, _("Done"))


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
    note = about_of(run).note
    words = f"<p class='note'>{escape(note)}</p>" if note else ""
    return f"<p>{escape(line)}</p><p class='score'>{escape(score)}</p>{words}"


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


def _examined(
    run: RunFolder, info: RunInfo, exam: Exam | None, with_pictures: bool, on_progress: Progress
) -> list[str]:
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
        _section(_("Mistakes it was most sure of"), _mistakes(run, exam, with_pictures, on_progress)),
    ]


def _report(exam: Exam, classes: Sequence[str]) -> str:
    fields = ("precision", "recall", "f1-score")
    named = [*((name, exam.report[str(number)]) for number, name in enumerate(classes))]
    named += [(_("Macro average"), exam.report["macro avg"]), (_("Weighted average"), exam.report["weighted avg"])]
    rows = [[name, *(f"{row[field]:.1%}" for field in fields), f"{int(row['support']):,}"] for name, row in named]
    return _table([_("Class"), _("Precision"), _("Recall"), _("F1"), _("Pictures")], rows)


def _mistakes(run: RunFolder, exam: Exam, with_pictures: bool, on_progress: Progress) -> str:
    wrong = exam.mistakes()[:MISTAKES]
    if not len(wrong):
        return _p(_("There are none."))
    if not with_pictures:
        return _p(_("The pictures of this run are private to the browser that made it."))
    try:
        dataset, info = run_dataset(run), run.info()
    except StudioError as error:
        return _p(str(error))
    figures = []
    for number, place in enumerate(wrong.tolist()):
        on_progress(number / len(wrong), _("Adding mistakes"))
        figures.append(_mistake(dataset.images[exam.indices[place]], info, exam, place))
    return f"<div class='mistakes'>{''.join(figures)}</div>"


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
    rows = [
        [layer.title, settings, shape_text(layer.output_shape), f"{layer.parameters:,}"]
        for layer, settings in zip(
            facts.layers, _layer_settings(info.spec.architecture, len(facts.layers)), strict=True
        )
    ]
    table = _table([_("Layer"), _("Settings"), _("Gives"), _("Parameters")], rows)
    is_long = isinstance(info.spec.architecture, Transfer)
    layers = f"<details{'' if is_long else ' open'}><summary>{escape(_('Every layer'))}</summary>{table}</details>"
    return _p(words) + _table([], network_rows(info.spec)) + layers


def _layer_settings(architecture: ArchitectureSpec, count: int) -> list[str]:
    """The settings of each of `count` layers: none for those of a backbone, in front, and the output layer."""
    own = head_of(architecture) if isinstance(architecture, Transfer) else architecture.layers
    return [*[""] * (count - len(own) - 1), *map(summary, own), ""]


def _settings(info: RunInfo) -> str:
    found = settings_of(info)
    tables = {
        part: [(title, words) for (of, title), words in found.items() if of == part] for part in ("data", "training")
    }
    tables["augmentation"] = details(info.spec.augmentation) or [(_("Pictures"), _("shown as they are"))]
    return "".join(
        f"<h3>{escape(_(title))}</h3>{_table([], tables[part])}" for part, title in PARTS.items() if part in tables
    )


def _table(heads: Sequence[str], rows: Rows) -> str:
    head = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in heads)}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class='table'><table>{head}<tbody>{body}</tbody></table></div>"


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"
