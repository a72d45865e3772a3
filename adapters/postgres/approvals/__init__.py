"""Approval policies and requests in PostgreSQL."""
