"""The ledger in PostgreSQL: entries, postings and snapshots of balances."""
