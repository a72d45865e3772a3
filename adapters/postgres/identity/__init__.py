"""People, machines and their credentials in PostgreSQL: the stores of the verbs, and the reads of authentication."""
