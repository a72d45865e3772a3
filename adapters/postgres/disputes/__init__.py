"""Disputes in PostgreSQL: cases and notices, evidence and answers, notes, warnings and policies."""
