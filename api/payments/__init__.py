"""Payments, captures, refunds, operations and customers in the graph."""
