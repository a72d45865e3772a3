"""The invariants of the books as set-based queries that give what breaks them."""
