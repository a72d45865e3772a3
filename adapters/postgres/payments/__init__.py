"""Payments and what hangs on them in PostgreSQL."""
