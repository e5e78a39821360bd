"""Keep it: a trained model as a file for Python, a phone, another CNN Studio, paper; and runs from elsewhere."""
