"""Write data/bundled/digits from scikit-learn's copy: `python -m data.bundle_digits`. Run once; the files are kept."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits  # noqa: TID251 - a tool for the makers; the app never imports it

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import TRAIN, About, Original, make_dataset
from core.datasets.store import write_dataset
from core.home import BUNDLED


def main() -> None:
    """Rescale 0–16 to 0–255 and store 1,797 pictures of 8×8 px."""
    digits = load_digits()
    images = np.rint(digits.images * 255 / 16).astype(np.uint8)[..., np.newaxis]
    entry = BUILT_IN["digits"]
    about = About(
        title=entry.title,
        classes=entry.classes,
        source="UCI Machine Learning Repository, Optical Recognition of Handwritten Digits, E. Alpaydin & C. Kaynak",
        licence=entry.licence,
        original=Original(shape=str(digits.images.shape), dtype=str(digits.images.dtype), range=(0, 16)),
    )
    parts = np.full(len(images), TRAIN, np.uint8)
    write_dataset(BUNDLED, make_dataset(about, images, digits.target, parts, "digits"))


if __name__ == "__main__":
    main()
