"""Every party that the notice speaks of, each on its own address with its own store."""

__version__ = "0.1"
