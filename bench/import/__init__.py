"""How fast a bank statement of a million entries is imported, against parsing it alone."""
