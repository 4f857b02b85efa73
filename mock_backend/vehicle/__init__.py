"""The simulated cars."""
