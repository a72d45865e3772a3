"""Merchants in the graph."""
