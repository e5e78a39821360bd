"""Weights of backbones on disk: finding, reading and bringing them. No TensorFlow here."""
