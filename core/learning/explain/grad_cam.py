"""Grad-CAM: what in a picture speaks for a class (Selvaraju et al. 2017, arXiv:1610.02391)."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.explaining import Floats, HeatMap
from core.learning.evaluate import check_finite
from core.learning.explain.asked import asked_model, check_number, chosen, heat_layers, kept_with
from core.learning.pipeline import evaluation_batch_size
from core.runs.folder import RunFolder

NAMED = -1  # stands for the class that the model names


class CamProbe:
    """Asks a model what it names pictures, and what in them speaks for it; traced once, then fast.

    The heat is that of the class's score before softmax, with the last layer's kernel and bias. TensorFlow's symbolic
    gradient runs from that score to the layer's map and no further, and to no weights: a question costs about as much
    as two predictions for the first layer, and as one for the last. Batch normalisation and dropout answer as outside
    training. The model's weights may change between two questions, as they do while it is trained.

    Args:
        model: A whole network, with pixels 0–255 going in; its last layer is dense and called "output".
        layer: One of `layers`; "" for the last.
        start: A tensor of the model from which on it is asked: what comes before is known, as the kept outputs of a
            frozen part. The layer must lie behind it, as in `CamProbe(network.whole, start=cut.frozen.output)`, or it
            is the very output of the layer.

    Attributes:
        layers: Names of all layers that can be asked, in the network's order.
        layer: The one that is.

    Raises:
        StudioError: If there is no such layer.
    """

    def __init__(self, model: keras.Model, layer: str = "", start: keras.KerasTensor | None = None) -> None:
        among = heat_layers(model)
        asked, output = chosen(among, layer), model.get_layer("output")
        self.layers, self.layer = tuple(each.name for each in among), asked.name
        self._most = evaluation_batch_size(model)
        begin = model.inputs[0] if start is None else start
        is_known = begin is asked.output  # Keras makes no model whose output is its input
        graph = keras.Model(begin, [*([] if is_known else [asked.output]), output.input, output.output])

        def explain(pictures: tf.Tensor, classes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            found = graph(pictures, training=False)
            maps, features, answers = (pictures, *found) if is_known else found  # (n, h, w, c), (n, f), (n, K or 1)
            scores, probabilities = _of_classes(tf.matmul(features, output.kernel) + output.bias, answers)
            classes = tf.where(classes == NAMED, tf.argmax(probabilities, 1), classes)
            of_classes = scores * tf.one_hot(classes, scores.shape[1])  # a gather's gradient is traced for far longer
            (gradients,) = tf.gradients(tf.reduce_sum(of_classes, 1), maps)
            weights = tf.reduce_mean(gradients, (1, 2), keepdims=True)  # (n, 1, 1, c)
            return probabilities, tf.nn.relu(tf.reduce_sum(weights * maps, 3))

        signature = tf.TensorSpec((None, *begin.shape[1:]), tf.float32), tf.TensorSpec((None,), tf.int64)
        self._explain = tf.function(explain, input_signature=signature, autograph=False)  # it would take the most time

    def answers(
        self, pictures: NDArray[np.uint8] | Floats, classes: NDArray[np.int64] | None = None
    ) -> tuple[Floats, Floats]:
        """What the model says of pictures.

        Args:
            pictures: (n, S, S, C) with n ≥ 1, values 0–255; with `start` given, (n, …) values of that tensor.
            classes: (n,) class numbers that the heat is of; None for those named.

        Returns:
            (n, K) probabilities, and (n, h, w) heats, each 0 to 1, or all 0 where nothing speaks for the class.
            Both may hold NaN where the model has diverged.
        """
        classes = np.full(len(pictures), NAMED, np.int64) if classes is None else classes
        parts = []
        for begin in range(0, len(pictures), self._most):
            part = slice(begin, begin + self._most)
            parts.append(self._explain(pictures[part].astype(np.float32), classes[part]))
        probabilities, heats = (np.concatenate([np.asarray(part[place]) for part in parts]) for place in range(2))
        strongest = heats.max(axis=(1, 2), keepdims=True)
        np.divide(heats, strongest, out=heats, where=strongest != 0)
        return probabilities, heats


def grad_cam(
    run: RunFolder, epoch: int | None, seen: NDArray[np.uint8], class_number: int | None = None, layer: str = ""
) -> HeatMap:
    """What in the picture `seen` speaks for a class; arguments as in `core.explaining.grad_cam`.

    Raises:
        StudioError: If there is no such model, layer or class, or the model's answers are no numbers.
    """
    trained = asked_model(run, epoch, seen)
    wanted = NAMED if class_number is None else check_number(class_number, len(trained.info.classes), "class")
    probe = probe_of(trained.model, layer)
    probabilities, heats = probe.answers(seen[None], np.array([wanted]))
    check_finite(probabilities, heats)
    named = int(probabilities[0].argmax()) if class_number is None else class_number
    return HeatMap(heats[0], probe.layer, probe.layers, named, probabilities[0])


def probe_of(model: keras.Model, layer: str = "") -> CamProbe:
    """The model's probe of a layer, made once."""
    name = chosen(heat_layers(model), layer).name
    return kept_with(model, f"heat of {name}", lambda: CamProbe(model, name))


def _of_classes(scores: tf.Tensor, answers: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """(n, K) scores and probabilities; of one number for two classes, its score speaks against the first class."""
    if scores.shape[1] > 1:
        return scores, answers
    return tf.concat([-scores, scores], 1), tf.concat([1 - answers, answers], 1)
