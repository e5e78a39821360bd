"""A Keras model as a file of another format, and the answers of that file.

Every format takes pixels 0–255 of shape (batch, h, w, c), float32: what makes them ready is a part of the model.
"""

from __future__ import annotations

import importlib
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.export.labels import labels_text

Pixels = NDArray[np.uint8]
Answers = NDArray[np.float32]
AT_ONCE = 50  # pictures that are shown to a file at a time


def write_keras(model: keras.Model, _classes: Sequence[str], path: Path) -> None:
    """The whole model in Keras's own format; `path` ends in .keras."""
    model.save(path)


def write_saved_model(model: keras.Model, classes: Sequence[str], path: Path) -> None:
    """TensorFlow's SavedModel in the folder `saved_model` of a .zip, with labels.txt beside it.

    Not by `model.export`: Keras 3.15 then writes every weight twice, so that the layers could be read off it again.
    """
    pixels = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32, name="pixels")
    exported = keras.export.ExportArchive()
    exported.add_endpoint("serve", lambda shown: model(shown, training=False), input_signature=[pixels])
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        exported.write_out(folder, verbose=False)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file in sorted(Path(folder).rglob("*")):
                archive.write(file, f"saved_model/{file.relative_to(folder).as_posix()}")
            archive.writestr("labels.txt", labels_text(classes))


def write_tflite(model: keras.Model, _classes: Sequence[str], path: Path) -> None:
    """LiteRT with weights of 32 bits."""
    path.write_bytes(_converter(model).convert())


def write_tflite_small(model: keras.Model, _classes: Sequence[str], path: Path) -> None:
    """LiteRT with dynamic-range quantisation: weights of 8 bits, each kernel with its own scale."""
    converter = _converter(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    path.write_bytes(converter.convert())


def write_onnx(model: keras.Model, _classes: Sequence[str], path: Path) -> None:
    """ONNX; needs the packages tf2onnx and onnx."""
    model(np.zeros((1, *model.input_shape[1:]), np.float32))  # Keras wants it to have been called
    with warnings.catch_warnings(action="ignore"):  # tf2onnx was written for an older NumPy
        model.export(str(path), format="onnx", verbose=False)


def keras_answers(path: Path, pictures: Pixels) -> Answers:
    """What the file says of (n, h, w, c) pictures: (n, classes), or (n, 1) as binary models answer."""
    model = keras.models.load_model(path, compile=False)
    return _in_parts(lambda part: np.asarray(model.predict_on_batch(part)), pictures)


def saved_model_answers(path: Path, pictures: Pixels) -> Answers:
    """As `keras_answers`, of the SavedModel in a .zip."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # our own file
        model = tf.saved_model.load(f"{folder}/saved_model")
        return _in_parts(lambda part: np.asarray(model.serve(part)), pictures)


def tflite_answers(path: Path, pictures: Pixels) -> Answers:
    """As `keras_answers`, of a LiteRT file."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # it names a package of its own to come
        interpreter = tf.lite.Interpreter(model_path=str(path))
    goes_in, comes_out = (
        found[0]["index"] for found in (interpreter.get_input_details(), interpreter.get_output_details())
    )

    def ask(part: NDArray[np.float32]) -> Answers:
        interpreter.resize_tensor_input(goes_in, part.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(goes_in, part)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(comes_out))

    return _in_parts(ask, pictures)


def onnx_answers(path: Path, pictures: Pixels) -> Answers:
    """As `keras_answers`, of an ONNX file; needs the package onnxruntime."""
    session = importlib.import_module("onnxruntime").InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return _in_parts(lambda part: np.asarray(session.run(None, {name: part})[0]), pictures)


def _converter(model: keras.Model) -> tf.lite.TFLiteConverter:
    return tf.lite.TFLiteConverter.from_keras_model(model)


def _in_parts(ask: Callable[[NDArray[np.float32]], Answers], pictures: Pixels) -> Answers:
    starts = range(0, len(pictures), AT_ONCE)
    return np.concatenate([ask(pictures[start : start + AT_ONCE].astype(np.float32)) for start in starts])
