"""Balances and ledger entries in the graph."""
