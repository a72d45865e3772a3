"""Double entry: accounts, entries of postings that sum to zero, and balances."""
