"""The page of the four routes: what is chosen, the race, the two mistakes."""
