"""Networks trained on ImageNet that others can be built on: facts, layers and shapes. No TensorFlow here."""
