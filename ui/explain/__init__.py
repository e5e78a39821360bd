"""The tab "Explain a photo" and the heat map of the dialog: why a model says what it says of one picture."""
