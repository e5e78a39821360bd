"""Writing a trained model in forms that other programs read, and holding each against the original."""
