"""What a trained model finds alike: the numbers before its answer, laid out in the plane."""

from __future__ import annotations

import math

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.i18n import _
from core.learning.inputs import set_learnt_from
from core.learning.pipeline import evaluation_batch_size
from core.learning.predict import Trained, load_trained
from core.runs.folder import RunFolder

BATCH = 64  # pictures at a time: large ones through many filters take gigabytes
MOST_FEATURES = 8_192  # numbers kept a picture; a network that ends in a feature map has millions, neighbours alike
DIRECTIONS = 50  # t-SNE is given so many principal components, as scikit-learn advises for long rows
PERPLEXITY = 30.0  # neighbours that count, scikit-learn's default


def model_map(run: RunFolder, dataset_id: str, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, 2): pictures that the run's model finds alike lie close together; the same every time.

    Args:
        dataset_id: A set with the very pictures that the run was trained on.
        numbers: (n,) the pictures' places in it, at least 2.

    Raises:
        StudioError: If the run has no model yet, the set is gone or another one, or the model sees no difference.
    """
    trained = load_trained(run)
    dataset = set_learnt_from(run, trained.info, dataset_id)
    return lay_out(features(trained, dataset, numbers))


def features(trained: Trained, dataset: Dataset, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n, F): what the model's last layer before the output says about each picture, at most MOST_FEATURES numbers."""
    before = keras.Model(trained.model.inputs, trained.model.get_layer("output").input)
    step = math.ceil(math.prod(before.output_shape[1:]) / MOST_FEATURES)
    rows, batch_size = [], min(BATCH, evaluation_batch_size(before))
    for start in range(0, len(numbers), batch_size):
        pictures = trained.path.stored(dataset.images[numbers[start : start + batch_size]])
        answers = np.asarray(before.predict_on_batch(pictures), np.float32)
        rows.append(answers.reshape(len(pictures), -1)[:, ::step])
    return np.concatenate(rows)


def lay_out(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """t-SNE of (n, F) into (n, 2): keeps neighbours together, and says nothing about how far apart groups are.

    Raises:
        StudioError: If all rows are equal, or numbers are not finite.
    """
    if not np.isfinite(features).all() or not np.ptp(features, axis=0).any():
        raise StudioError(
            _(
                "There is nothing to draw: before its answer, this model sees no difference between the pictures. "
                "Train it again with a smaller learning rate."
            )
        )
    if features.shape[1] == 1:
        features = np.pad(features, ((0, 0), (0, 1)))
    if features.shape[1] > DIRECTIONS:
        features = PCA(min(DIRECTIONS, len(features)), random_state=0).fit_transform(features)
    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    points = TSNE(init="pca", perplexity=perplexity, random_state=0).fit_transform(features)
    return np.asarray(points, np.float32)
