"""The account: sign-in pages, tokens, security code."""
