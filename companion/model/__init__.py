"""Nouns: frozen dataclasses and enums in the car's and the privacy field's own words. No Qt, no HTTP."""
