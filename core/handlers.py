"""What the inference worker answers: one function a question, which imports what it needs when it is first asked.

Each takes the header and the arrays of a question, and `tell`, which may be called with how many steps of how many are
done; it returns the fields and the arrays of the answer. A `StudioError` is told to the asker.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
        if answer.probabilities is not None and answer.seen is not None:
            results |= {f"probabilities{number}": answer.probabilities, f"seen{number}": answer.seen}
    return {"errors": [answer.error for answer in answers]}, results


def _evaluate(header: Header, arrays: Arrays, tell: Tell) -> Reply:
    from core.learning.predict import evaluate_run

    evaluation = evaluate_run(RunFolder(Path(header["run"])))
    return {"accuracy": evaluation.accuracy, "loss": evaluation.loss}, {}


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


HANDLERS = {"classify": _classify, "evaluate": _evaluate, "embed": _embed, "waver": _waver, "time": _time}
