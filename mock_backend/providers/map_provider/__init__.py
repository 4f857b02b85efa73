"""The map provider: pictures of the demo's world, for whoever has a key."""
