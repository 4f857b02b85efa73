"""Verbs: what the app does, and the one place where the snapshot changes."""
