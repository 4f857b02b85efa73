"""The way out. Every byte the app sends passes the door; what the catalogue does not declare is not sent."""
