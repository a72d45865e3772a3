"""Requests for approval, and the policies that ask for it, in the graph."""
