"""Taking a trained model out of the house: what can be made of a run, and the parts of it that need no TensorFlow."""
