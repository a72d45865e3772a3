"""From what is owed to a merchant to what has reached its bank: settlements, bank accounts, payouts."""
