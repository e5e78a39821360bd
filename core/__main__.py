"""The main jobs without a browser.

    python -m core import PATH|NAME        bring a data set in: a folder or .zip of class folders, an .npz file, or
                                           digits, shapes, mnist, flower_photos, ...; what was left out is told
    python -m core weights NAME [FILE.h5]  keep the weights of a backbone: a file of your own, or fetched
    python -m core train SPEC.json|RUN     train what the specification says and evaluate it, or go on with a run
    python -m core evaluate RUN            judge a run on its test pictures
    python -m core classify RUN PHOTO...   ask a run about photos
    python -m core publish RUN|SET         show a run or a data set to all browsers; unpublish takes that back

Progress goes to standard error, the result as JSON to standard output. Exit codes: 0 done; 1 it could not be done, the
reason is on standard error; 2 wrong usage; 3 the run was stopped or interrupted and can go on; 130 ended by Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from core.access import COMMAND_LINE, Viewer
from core.architecture.backbones.table import BACKBONES
from core.datasets.catalog import BUILT_IN, ensure_dataset
from core.datasets.dataset import Dataset, Fit
from core.datasets.editing.versions import publish_dataset
from core.datasets.importing.bring import bring_in, look_into
from core.datasets.importing.photos import PhotoOptions
from core.datasets.limits import LIMITS, check_limits
from core.datasets.store import access_of_dataset, origins_of
from core.errors import StudioError
from core.home import Home, current_home
from core.i18n import _
from core.runs.folder import State
from core.runs.foreground import resume_in_foreground, train_in_foreground
from core.runs.notes import change_about
from core.runs.store import RUN_ID, open_run
from core.spec import RunSpec, describe_invalid
from core.weights.bring import fetch_weights, keep_weights

DONE, FAILED, USAGE, CAN_GO_ON, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        check_limits()
        result, code = options.command(current_home(), options)
    except StudioError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(code)


def _import(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    path = Path(options.source)
    if options.source in BUILT_IN:
        dataset = ensure_dataset(home, options.source, _show_progress)
    elif path.exists():
        dataset = bring_in(home, path, _photo_options(path, options), _show_progress)
    else:
        raise StudioError(
            _("Expected a folder, a .zip, an .npz or one of {names}; there is no {path}.").format(
                names=", ".join(BUILT_IN), path=path
            )
        )
    if not Viewer("").sees(access_of_dataset(home, dataset.meta.id)):
        text = _(
            "A browser has brought in the same pictures: they stay private to it. “publish {set}” shows them to all."
        )
        _show(text.format(set=dataset.meta.id))
    for refusal in dataset.meta.refused:
        _show(f"{refusal.name}: {refusal.reason}")
    return {**dataset.meta.model_dump(mode="json"), "pictures": len(dataset), "kept": _kept(home, dataset)}, DONE


def _kept(home: Home, dataset: Dataset) -> list[dict[str, str]]:
    """File and class of each picture, where the set came as files."""
    origins = origins_of(home, dataset)
    names = origins.names if origins else ()
    return [
        {"file": name, "class": dataset.meta.classes[label]}
        for name, label in zip(names, dataset.labels.tolist(), strict=False)
    ]


def _photo_options(path: Path, options: argparse.Namespace) -> PhotoOptions:
    """The options of the command line; names given in order stand for the classes found, in order."""
    look, _samples = look_into(path, _show_progress)
    if look.kind == "arrays" and (options.size or options.colour):
        raise StudioError(_("Arrays keep their size and colours. Leave --size and --colour away; they are for photos."))
    found = [one.name for one in look.classes]
    names = options.classes or found
    if len(names) != len(found):
        raise StudioError(
            _("Expected {expected} class names, for {found}; got {got}.").format(
                expected=len(found), found=", ".join(found), got=len(names)
            )
        )
    return PhotoOptions(
        title=options.title or path.resolve().stem,
        side=options.size or look.side,
        fit=options.fit,
        colour=options.colour or ("grey" if look.is_grey else "rgb"),
        classes=dict(zip(found, names, strict=True)),
    )


def _weights(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    if options.file:
        name = keep_weights(home, options.backbone, options.file, options.file.name)
    else:
        name = fetch_weights(home, options.backbone, _show_progress).name
    return {"backbone": options.backbone, "weights": name}, DONE


def _train(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    if RUN_ID.fullmatch(options.spec):
        run = open_run(home, options.spec)
        status = resume_in_foreground(home, run, _show)
    else:
        run, status = train_in_foreground(home, _read_spec(Path(options.spec)), options.name, _show)
    code = {State.FINISHED: DONE, State.FAILED: FAILED}.get(status.state, CAN_GO_ON)
    if status.message:
        _show(status.message)
    return {"run": run.id, **status.model_dump(mode="json")}, code


def _evaluate(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    run = open_run(home, options.run)
    from core.learning.predict import examine_run

    exam = examine_run(run)
    return {"run": run.id, "accuracy": exam.accuracy, "loss": exam.loss, "report": exam.report}, DONE


def _classify(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    run = open_run(home, options.run)
    photos = [_read_photo(path) for path in options.photos]
    from core.learning.predict import classify

    classes = run.info().classes
    answers = classify(run, photos, options.invert)
    rows = [
        {"photo": str(path), "error": answer.error}
        if answer.probabilities is None
        else {"photo": str(path), **_ranking(classes, answer.probabilities.tolist())}
        for path, answer in zip(options.photos, answers, strict=True)
    ]
    return {"run": run.id, "photos": rows}, FAILED if all("error" in row for row in rows) else DONE


def _publish(home: Home, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    if RUN_ID.fullmatch(options.what):
        change_about(open_run(home, options.what), published=options.published)
    else:
        publish_dataset(home, options.what, options.published, COMMAND_LINE)
    return {"id": options.what, "published": options.published}, DONE


def _ranking(classes: tuple[str, ...], probabilities: list[float]) -> dict[str, Any]:
    pairs = sorted(zip(probabilities, classes, strict=True), reverse=True)
    return {"class": pairs[0][1], "probabilities": {name: round(value, 6) for value, name in pairs}}


def _read_spec(path: Path) -> RunSpec:
    try:
        return RunSpec.model_validate_json(path.read_bytes())
    except OSError as error:
        raise StudioError(_("The specification {path} cannot be read: {why}").format(path=path, why=error)) from error
    except ValidationError as error:
        raise StudioError(
            _("{path} is not a specification:\n{lines}").format(path=path, lines=describe_invalid(error))
        ) from error


def _read_photo(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudioError(_("The photo {path} cannot be read: {why}").format(path=path, why=error)) from error


def _show(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _show_progress(fraction: float, text: str) -> None:
    _show(f"{fraction:4.0%}  {text}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m core", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    bring = commands.add_parser("import", help="bring a data set in")
    bring.add_argument("source", metavar="PATH|NAME")
    bring.add_argument("--title", help="what to call it")
    bring.add_argument("--classes", nargs="+", help="class names in the order of their numbers")
    bring.add_argument("--size", type=int, choices=range(8, LIMITS.stored_side + 1), metavar="PX", help="side to keep")
    bring.add_argument("--fit", choices=get_args(Fit), default="crop", help="how photos become squares")
    bring.add_argument("--colour", choices=("grey", "rgb"), help="by default as the photos are")
    bring.set_defaults(command=_import)
    weights = commands.add_parser("weights", help="keep a backbone's weights here: a file of your own, or fetched")
    weights.add_argument("backbone", choices=list(BACKBONES))
    weights.add_argument("file", nargs="?", type=Path, metavar="FILE.h5")
    weights.set_defaults(command=_weights)
    train = commands.add_parser("train", help="train a specification, or go on with a run")
    train.add_argument("spec", metavar="SPEC.json|RUN")
    train.add_argument("--name", default="", help="what to call the run")
    train.set_defaults(command=_train)
    evaluate = commands.add_parser("evaluate", help="judge a run on its test pictures")
    evaluate.add_argument("run", metavar="RUN")
    evaluate.set_defaults(command=_evaluate)
    classify = commands.add_parser("classify", help="ask a run about photos")
    classify.add_argument("run", metavar="RUN")
    classify.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    classify.add_argument("--invert", action="store_true", help="swap light and dark first")
    classify.set_defaults(command=_classify)
    for name, published in (("publish", True), ("unpublish", False)):
        help_text = "show a run or a set to all browsers" if published else "show it to its owners only"
        publish = commands.add_parser(name, help=help_text)
        publish.add_argument("what", metavar="RUN|SET")
        publish.set_defaults(command=_publish, published=published)
    return parser


if __name__ == "__main__":
    sys.exit(main())
