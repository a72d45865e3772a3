"""What judging a new payment costs, and how it grows with what was paid before."""
