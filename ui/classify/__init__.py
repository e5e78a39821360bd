"""The Classify page: what is asked about, on its left, and what the models say."""
