"""Augmentation: knobs → numbers drawn for each picture → one affine warp, the same in training and on the page."""
