"""The curve doctor: what a run's curves say about it, where that can be seen, and what to try next."""
