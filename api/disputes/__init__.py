"""Disputes, their evidence and early fraud warnings in the graph."""
