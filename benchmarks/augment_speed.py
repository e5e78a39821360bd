"""Pictures a second with the notebook's augmentation, against ImageDataGenerator and four Keras layers: ≥ 25.

Photos of 224 px in colour and digits of 28 px in grey, in batches, one process, each side with the threads that its
library takes by itself. Ours draws and warps; ImageDataGenerator runs its flow; the layers run in each of three ways
(called, compiled, mapped by tf.data), of which the fastest counts. Rounds take turns; rates are medians.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from benchmarks.common import assets, at_least, mnist_file, quick
from core.augmentation.draws import units_of
from core.augmentation.spec import PRESETS
from core.augmentation.warp import augment

SPEC = PRESETS["notebook"].spec
Pictures = NDArray[np.uint8]
Sides = dict[str, Callable[[], object]]


def photos(count: int) -> Pictures:
    """(count, 224, 224, 3): photos of the assets, each as often as needed."""
    files = sorted((assets() / "datasets").glob("*224*/*/*.jpg"))
    return np.stack([np.asarray(Image.open(file).convert("RGB")) for file in islice(cycle(files), count)])


def digits(count: int) -> Pictures:
    """(count, 28, 28, 1): the first digits of MNIST."""
    with np.load(mnist_file()) as arrays:
        return np.asarray(arrays["x_train"][:count, ..., None])


def ours(images: Pictures, batch_size: int) -> Sides:
    """Draw and warp all batches, as training does."""

    def run() -> None:
        for begin in range(0, len(images), batch_size):
            batch = images[begin : begin + batch_size]
            augment(batch, SPEC, units_of(0, 0, np.arange(begin, begin + len(batch))))

    return {"ours": run}


def image_data_generator(images: Pictures, batch_size: int) -> Sides:
    """The notebook's call."""
    generator = tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=SPEC.rotation,
        width_shift_range=SPEC.width_shift,
        height_shift_range=SPEC.height_shift,
        zoom_range=SPEC.zoom,
        horizontal_flip=SPEC.horizontal_flip,
        fill_mode=SPEC.fill_mode,
    )
    flow = generator.flow(images, batch_size=batch_size)
    return {"ImageDataGenerator": lambda: [next(flow) for _step in range(len(flow))]}


def keras_layers(images: Pictures, batch_size: int) -> Sides:
    """Today's layers for the same, in three ways."""
    layers = keras.Sequential(
        [
            keras.layers.RandomRotation(SPEC.rotation / 360, fill_mode="nearest"),
            keras.layers.RandomTranslation(SPEC.height_shift, SPEC.width_shift, fill_mode="nearest"),
            keras.layers.RandomZoom((-SPEC.zoom, SPEC.zoom), (-SPEC.zoom, SPEC.zoom), fill_mode="nearest"),
            keras.layers.RandomFlip("horizontal"),
        ]
    )
    compiled = tf.function(lambda batch: layers(batch, training=True))
    batches = [images[begin : begin + batch_size] for begin in range(0, len(images), batch_size)]
    data = tf.data.Dataset.from_tensor_slices(images).batch(batch_size)
    mapped = data.map(compiled, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
    return {
        "layers called": lambda: [layers(batch, training=True) for batch in batches],
        "layers compiled": lambda: [compiled(tf.constant(batch)) for batch in batches],
        "layers mapped": lambda: list(mapped),
    }


def rate(work: Callable[[], object], pictures: int, at_least_s: float) -> float:
    """Pictures a second of `work`, done as often as it takes to fill `at_least_s` seconds."""
    start, done = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < at_least_s or not done:
        work()
        done += pictures
    return done / elapsed


def compare(images: Pictures, batch_size: int, rounds: int, seconds: float) -> list[float]:
    """Print all rates, and what ours are over those of the generator and of the fastest way to run the layers."""
    sides: Sides = {}
    for side in (ours, image_data_generator, keras_layers):
        sides |= side(images, batch_size)
    for work in sides.values():
        work()  # warm: traced, imported, in memory
    rates: dict[str, list[float]] = defaultdict(list)
    for _round in range(rounds):
        for name, work in sides.items():
            rates[name].append(rate(work, len(images), seconds))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    _count, side, _width, channels = images.shape
    print(f"{side} px, {channels} channels, pictures/s: {', '.join(f'{n} {r:,.0f}' for n, r in medians.items())}")
    others = (medians["ImageDataGenerator"], max(rate for name, rate in medians.items() if name.startswith("layers")))
    ratios = [medians["ours"] / other for other in others]
    print(f"  ours / ImageDataGenerator {ratios[0]:.1f}, ours / four Keras layers {ratios[1]:.1f}", flush=True)
    return ratios


def main() -> None:
    """Run it."""
    short = quick()
    rounds, seconds = (3, 0.5) if short else (7, 1.0)
    large = compare(photos(64 if short else 256), 32, rounds, seconds)
    small = compare(digits(1024 if short else 8192), 128, rounds, seconds)
    at_least("augment_speed", min(*large, *small), 25)


if __name__ == "__main__":
    main()
