"""What a model can be kept for: one entry a card, with the kinds of file that serve it."""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n import N_


@dataclass(frozen=True)
class Purpose:
    """A card. `kinds` are names in `core.export.kinds.KINDS`, the usual one first."""

    icon: str
    title: str
    text: str
    kinds: tuple[str, ...]


PURPOSES = {
    "python": Purpose(
        ":material/terminal:",
        N_("Use it in Python"),
        N_("The whole model as one file. It takes pixels from 0 to 255: what makes them ready is inside."),
        ("keras", "saved_model", "onnx"),
    ),
    "phone": Purpose(
        ":material/smartphone:",
        N_("On a phone (LiteRT)"),
        N_("For Android, iOS, a Raspberry Pi: answers without TensorFlow. The small one keeps weights in 8 bits."),
        ("tflite_small", "tflite"),
    ),
    "studio": Purpose(
        ":material/swap_horiz:",
        N_("In another CNN Studio"),
        N_("Settings, weights, curves and exam in one file. Over there it can be asked, explained and compared."),
        ("bundle",),
    ),
    "paper": Purpose(
        ":material/print:",
        N_("Print or send the report"),
        N_("One page with curves, matrix, numbers, mistakes and settings. It opens in any browser, without a network."),
        ("report",),
    ),
    "code": Purpose(
        ":material/code:",
        N_("Read and change the code"),
        N_("A script and a notebook in plain Keras, with the pictures: they train it anew, along the same curve."),
        ("code",),
    ),
}

LABELS = {
    "keras": "Keras",
    "saved_model": "SavedModel",
    "onnx": "ONNX",
    "tflite_small": N_("small"),
    "tflite": N_("exact"),
}

USES = {
    "tflite_small": """\
from ai_edge_litert.interpreter import Interpreter  # pip install ai-edge-litert

model = Interpreter("model.tflite")
model.allocate_tensors()
# picture: (1, {size}, {size}, {channels}), 0 to 255, float32
model.set_tensor(model.get_input_details()[0]["index"], picture)
model.invoke()
answer = model.get_tensor(model.get_output_details()[0]["index"])""",
    "keras": """\
import keras, numpy as np

model = keras.models.load_model("model.keras")
# pictures: (n, {size}, {size}, {channels}), 0 to 255
answers = model.predict(pictures)
print(np.argmax(answers, axis=1))  # numbers of lines in labels.txt""",
    "saved_model": """\
import tensorflow as tf

model = tf.saved_model.load("saved_model")  # the unpacked folder
# pictures: (n, {size}, {size}, {channels}), 0 to 255, float32
answers = model.serve(pictures)""",
    "onnx": """\
import onnxruntime

model = onnxruntime.InferenceSession("model.onnx")
# pictures: (n, {size}, {size}, {channels}), 0 to 255, float32
(answers,) = model.run(None, {{model.get_inputs()[0].name: pictures}})""",
}
USES["tflite"] = USES["tflite_small"]
