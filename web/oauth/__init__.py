"""Our OAuth2 authorization server: tokens for API clients, their keys, revocation, introspection and metadata."""
