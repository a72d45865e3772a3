"""Bank statements, their entries and what did not match, in PostgreSQL."""
