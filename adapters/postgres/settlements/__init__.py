"""Settlements, bank accounts and payouts in PostgreSQL."""
