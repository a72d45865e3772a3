"""The audit log, its seals and the outbox of events in PostgreSQL."""
