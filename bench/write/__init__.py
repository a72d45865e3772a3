"""`createPayment` with automatic capture on durable PostgreSQL, against the same statements written by hand."""
