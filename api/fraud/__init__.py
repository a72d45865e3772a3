"""Fraud in the graph: reviews, rules, lists, screenings, links and backtests."""
