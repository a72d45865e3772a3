"""Settlements, bank accounts and payouts in the graph."""
