"""Signing in at OpenID providers as their relying party: discovery, keys, tokens, logout, and every check on them."""
