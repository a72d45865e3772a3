"""What banks say of our accounts: statements, their entries, and what of them is not what we think."""
