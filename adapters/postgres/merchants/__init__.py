"""Merchants and their fee rates in PostgreSQL."""
