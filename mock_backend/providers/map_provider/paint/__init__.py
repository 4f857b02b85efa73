"""Painting tiles: the only Qt of the backend, in a process of its own."""
