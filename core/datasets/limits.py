"""How much of a stranger's file is accepted: one table, each line with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, pixels or pieces, each checked before memory is asked for."""

    photo_pixels: int = 25_000_000  # 9,000² px fit into a 9 KB file and cost 390 MB decoded; phones take 12–24 Mpx
    photo_bytes: int = 120_000_000  # 25 Mpx with alpha, uncompressed, are 100 MB
    npz_bytes: int = 4_000_000_000  # unpacked: 1,200 photos of 224 px as float64 are 1.4 GB
    npz_ratio: int = 200  # unpacked to packed: MNIST has 5, real photos 1–2, a bomb of zeros 1,000
    npz_small: int = 64_000_000  # below this a high ratio does no harm, and blank toy sets have one
    pictures: int = 200_000  # three times MNIST
    stored_side: int = 512  # px; the largest picture size that a run can ask for
    classes: int = 1_000  # as ImageNet
    class_name: int = 64  # characters
    model_input_bytes: int = 4_000_000_000  # resized copy in the cache: MNIST at 128 px in colour is 3.4 GB
    cache_bytes: int = 12_000_000_000  # converted copies kept; what was used longest ago goes first
    download_bytes: int = 1_000_000_000  # the largest built-in file is 170 MB


LIMITS = Limits()
