"""Closing a settlement, against one statement written by hand."""
