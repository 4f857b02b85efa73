"""Glass: what is shown and pressed. Pages know verbs and snapshots; no HTTP, no coroutines."""
