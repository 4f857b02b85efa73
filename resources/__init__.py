"""Data that the app and the mock backend both read."""
