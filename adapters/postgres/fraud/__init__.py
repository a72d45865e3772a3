"""Fraud in PostgreSQL: rules, lists, what screening found and counts, reviews and backtests."""
