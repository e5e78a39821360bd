"""What the inference worker answers: one function a question, which imports what it needs when it is first asked.

Each takes the header and the arrays of a question, and `tell`, which may be called with how many steps of how many are
done; it returns the fields and the arrays of the answer. A `StudioError` is told to the asker.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explaining import as_reply, maps_as_reply
from core.frames import Arrays
from core.runs.folder import RunFolder

Header = dict[str, Any]
Reply = tuple[dict[str, Any], Arrays]
Tell = Callable[[int, int], None]


def _classify(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.predict import classify

    photos = [arrays[f"photo{number}"].tobytes() for number in range(len(arrays))]
    answers = classify(RunFolder(Path(header["run"])), photos, header["invert"])
    results: Arrays = {}
    for number, answer in enumerate(answers):
        told = {"probabilities": answer.probabilities, "seen": answer.seen, "features": answer.features}
        results |= {f"{name}{number}": array for name, array in told.items() if array is not None}
    return {"errors": [answer.error for answer in answers]}, results


def _pile(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.pile import classify_part

    run, source = RunFolder(Path(header["run"])), Path(header["source"])
    return classify_part(run, source, header["first"], header["count"], header["swap"])


def _pile_photo(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.pile import content_of

    return {}, {"photo": np.frombuffer(content_of(Path(header["source"]), header["place"]), np.uint8)}


def _exam(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.predict import examine_run

    exam = examine_run(RunFolder(Path(header["run"])), header["part"], header["epoch"], tell)
    return {"accuracy": exam.accuracy, "loss": exam.loss}, {}


def _export(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.export.make import make_export

    made = make_export(RunFolder(Path(header["run"])), header["kind"], tell, header["maker"])
    return {"made": made.model_dump(mode="json")}, {}


def _embed(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.features import model_map

    return {}, {"points": model_map(RunFolder(Path(header["run"])), header["dataset"], arrays["numbers"])}


def _waver(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.augmentation.spec import AugmentSpec
    from core.learning.waver import waver

    augmentation = AugmentSpec.model_validate(header["augmentation"])
    numbers = arrays["numbers"].tolist()
    said = waver(RunFolder(Path(header["run"])), header["dataset"], numbers, header["views"], augmentation)
    return {}, vars(said)


def _time(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    import tensorflow as tf

    from core.learning.timing import time_batches
    from core.spec import RunSpec

    tf.config.experimental.enable_op_determinism()  # as training does; it takes some time
    timing = time_batches(RunSpec.model_validate(header["spec"]), header["classes"])
    return {"timing": timing.model_dump()}, {}


def _sweep(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    import tensorflow as tf

    from core.learning.rate_sweep import sweep_rates
    from core.spec import RunSpec

    tf.config.experimental.enable_op_determinism()  # as training does
    rates, losses, stopped = sweep_rates(RunSpec.model_validate(header["spec"]), tell)
    return {"stopped": stopped}, {"rates": np.array(rates), "losses": np.array(losses)}


def _grad_cam(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.explain.grad_cam import grad_cam

    return as_reply(grad_cam(*_subject(header, arrays), header["class_number"], header["layer"]))


def _familiar(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.novelty import make_reference

    return {"references": make_reference(RunFolder(Path(header["run"])), tell)}, {}


def _occlusion(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.explain.occlusion import occlusion

    return as_reply(occlusion(*_subject(header, arrays), header["class_number"], tell))


def _feature_maps(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.explain.maps import feature_maps

    return maps_as_reply(feature_maps(*_subject(header, arrays)))


def _first_filters(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.explain.maps import first_filters

    return as_reply(first_filters(RunFolder(Path(header["run"])), header["epoch"]))


def _patch(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.explain.patch import patch_product

    place = header["layer"], header["filter"], header["row"], header["column"]
    return as_reply(patch_product(*_subject(header, arrays), *place))


def _subject(header: Header, arrays: Arrays) -> tuple[RunFolder, int | None, NDArray[np.uint8]]:
    return RunFolder(Path(header["run"])), header["epoch"], arrays["seen"]


HANDLERS = {
    "classify": _classify,
    "pile": _pile,
    "pile_photo": _pile_photo,
    "exam": _exam,
    "export": _export,
    "embed": _embed,
    "waver": _waver,
    "time": _time,
    "sweep": _sweep,
    "familiar": _familiar,
    "grad_cam": _grad_cam,
    "occlusion": _occlusion,
    "feature_maps": _feature_maps,
    "first_filters": _first_filters,
    "patch": _patch,
}
