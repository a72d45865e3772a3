"""Alembic: how the schema came to be, one revision a file."""
