"""Turns observations into inventory: the only place where the two meet."""
