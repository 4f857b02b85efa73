"""The way out. Every byte the app sends passes the door; what the catalogue does not declare is not sent."""

import sys

# httpx brings its own command line along where click and rich are installed: some megabytes that no window needs.
# It does without where that module cannot be imported.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
