"""The demo staff's stage, and the owner's look at what is held."""
