"""The outside world behind the domain's ports: PostgreSQL, gateways, OpenID providers."""
