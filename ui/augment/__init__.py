"""The Augment page: settings left, what they do to a picture right."""
