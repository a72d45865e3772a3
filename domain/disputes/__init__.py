"""Disputes: what networks and merchants say about a contested payment, from the first notice to the money's return."""
