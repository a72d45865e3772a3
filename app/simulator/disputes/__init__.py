"""Disputes and early fraud warnings at the simulated gateway, and the console that issuers and networks have."""
