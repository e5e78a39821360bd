"""The server's side of explaining one picture: what the inference worker is asked, and what it answers.

Light: numpy alone, no TensorFlow. Layers go by the names they have in the network, classes by their 0-based numbers.
Every question raises StudioError where it cannot be answered as it was put, with what was expected, and WorkerError
where two workers in a row died over it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.frames import Arrays
from core.inference import Inference
from core.runs.folder import RunFolder

Floats = NDArray[np.float32]
Found = TypeVar("Found")

MAPS_ARRAYS = ("maps", "low", "high", "quiet")  # of `LayerMaps`


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture, and the model that is asked about it.

    Attributes:
        seen: (S, S, C) uint8, the picture as the network sees it.
        epoch: 0-based, one whose weights were kept; None for the model as its last checkpoint left it.
    """

    run: RunFolder
    seen: NDArray[np.uint8]
    epoch: int | None = None

    @property
    def key(self) -> tuple[str, int, str, int | None]:
        """All that decides an answer about it: run, when its weights were written, the picture, epoch."""
        weights = self.run.checkpoint if self.epoch is None else self.run.snapshot(self.epoch)
        stamp = weights.stat().st_mtime_ns if weights.exists() else 0
        picture = hashlib.sha256(f"{self.seen.shape}".encode() + self.seen.tobytes()).hexdigest()
        return self.run.id, stamp, picture, self.epoch


@dataclass(frozen=True, eq=False)
class HeatMap:
    """What in a picture speaks for a class, by Grad-CAM.

    Attributes:
        heat: (h, w) float32 at the layer's own resolution, 0 to 1, 1 where it speaks for it the most; all 0 where
            nothing does.
        layers: All layers that can be asked, in the network's order.
        class_number: The class asked about; the one named where none was.
        probabilities: (K,) of all classes.
    """

    heat: Floats
    layer: str
    layers: tuple[str, ...]
    class_number: int
    probabilities: Floats


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How the probability of a class falls when a grey square covers a part of the picture.

    Attributes:
        drop: (g, g) probability before minus after; below 0 where covering makes the class likelier. The square of
            row r and column c has its upper left corner at (r · stride, c · stride); the last ones end at the border.
        patch, stride: In px of the picture as the network sees it: side of the square, way from one to the next.
        before: The probability of the class for the whole picture.
    """

    drop: Floats
    patch: int
    stride: int
    before: float
    class_number: int


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """What comes out of a layer for one picture.

    Attributes:
        kind: "conv", "pool", "activation", "normalisation", "dropout", "padding", "sum", "product" or "join"; of a
            layer of another kind the name of its Keras class.
        shape: (height, width, channels) of all that comes out of it.
        maps: (n, h, w) uint8, its first channels, each stretched so that its least number is 0 and its greatest 255;
            larger ones than 56 px are averaged over areas first.
        low, high: (n,) the numbers that 0 and 255 stand for.
        quiet: (n,) which maps are the same everywhere; they are all 0 here.
    """

    layer: str
    kind: str
    shape: tuple[int, int, int]
    maps: NDArray[np.uint8]
    low: Floats
    high: Floats
    quiet: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Filters:
    """The filters that look at the picture itself.

    Attributes:
        kernels: (kh, kw, C, n); channels in the picture's order, red, green and blue.
        biases: (n,); 0 where the layer has none.
    """

    layer: str
    kernels: Floats
    biases: Floats


@dataclass(frozen=True, eq=False)
class PatchProduct:
    """How one number of a convolution's map comes about: Σ patch · kernel + bias, then the activation.

    Attributes:
        patch: (kh, kw, C) the numbers that go in, 0 where the kernel sticks out over the border. What goes into the
            first layer is pixels as the network has made them ready: those of VGG's come as blue, green and red.
        kernel, products: (kh, kw, C). A depthwise layer looks at one channel only, so C is 1. The two steps of a
            separable one are multiplied into one kernel, which gives the same sum.
        total: Sum of the products.
        before: total + bias.
        after: The activation, a name of Keras, of `before`.
        output: What Keras itself gives there; it differs from `after` by rounding alone.
        box: (top, left, bottom, right) of the patch in what goes into the layer, bottom and right not included; it
            may stick out over the border.
        input_shape: (height, width, channels) of what goes into the layer.
    """

    layer: str
    filter: int
    row: int
    column: int
    patch: Floats
    kernel: Floats
    products: Floats
    total: float
    bias: float
    before: float
    activation: str
    after: float
    output: float
    box: tuple[int, int, int, int]
    input_shape: tuple[int, int, int]


def grad_cam(inference: Inference, subject: Subject, class_number: int | None = None, layer: str = "") -> HeatMap:
    """What in the picture speaks for a class.

    Args:
        class_number: None for the class named.
        layer: One of `HeatMap.layers`; "" for the last convolution's map, behind its normalisation and activation.
    """
    asked = {"class_number": class_number, "layer": layer}
    return _read(HeatMap, *inference.ask("grad_cam", _header(subject) | asked, {"seen": subject.seen}))


def occlusion(
    inference: Inference,
    subject: Subject,
    class_number: int | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Occlusion:
    """How the probability of a class falls when parts of the picture are covered; it takes long for large networks.

    Args:
        class_number: None for the class named.
        tell: Called with how many of how many covered pictures were asked about.
    """
    header = _header(subject) | {"class_number": class_number}
    return _read(Occlusion, *inference.ask("occlusion", header, {"seen": subject.seen}, tell=tell))


def feature_maps(inference: Inference, subject: Subject) -> tuple[LayerMaps, ...]:
    """What comes out of every layer that gives maps, in the network's order; not of those that only scale pixels."""
    reply, arrays = inference.ask("feature_maps", _header(subject), {"seen": subject.seen})
    return tuple(
        _read(LayerMaps, {"found": found}, {name: arrays[f"{name}{number}"] for name in MAPS_ARRAYS})
        for number, found in enumerate(reply["layers"])
    )


def first_filters(inference: Inference, run: RunFolder, epoch: int | None = None) -> Filters:
    """The filters of the first convolution; `epoch` as in `Subject`."""
    return _read(Filters, *inference.ask("first_filters", {"run": str(run.path), "epoch": epoch}))


def patch_product(
    inference: Inference, subject: Subject, layer: str, filter: int, row: int, column: int
) -> PatchProduct:
    """How one number of the map of a convolution comes about; `filter`, `row` and `column` are 0-based places in it."""
    asked = {"layer": layer, "filter": filter, "row": row, "column": column}
    return _read(PatchProduct, *inference.ask("patch", _header(subject) | asked, {"seen": subject.seen}))


def as_reply(found: HeatMap | Occlusion | LayerMaps | Filters | PatchProduct) -> tuple[dict[str, Any], Arrays]:
    """What the worker sends of an answer: all but the arrays under "found", and the arrays."""
    arrays = {name: value for name, value in vars(found).items() if isinstance(value, np.ndarray)}
    return {"found": {name: value for name, value in vars(found).items() if name not in arrays}}, arrays


def maps_as_reply(found: tuple[LayerMaps, ...]) -> tuple[dict[str, Any], Arrays]:
    """The same of the maps of several layers: what is not an array under "layers", and the arrays with numbers."""
    replies = [as_reply(maps) for maps in found]
    arrays = {f"{name}{number}": array for number, (_, each) in enumerate(replies) for name, array in each.items()}
    return {"layers": [fields["found"] for fields, _ in replies]}, arrays


def _read(kind: type[Found], reply: dict[str, Any], arrays: Arrays) -> Found:
    """The other way round; JSON has made lists of tuples."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in reply["found"].items()}
    return kind(**fields, **arrays)


def _header(subject: Subject) -> dict[str, Any]:
    return {"run": str(subject.run.path), "epoch": subject.epoch}
