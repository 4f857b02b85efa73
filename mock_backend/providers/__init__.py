"""The parties behind the maker and beside it."""
