"""Companion: a desktop app for the owner of a connected car. Independent of the maker."""

__version__ = "0.1"
