"""The graph of bank statements and what of them matches; staff's, but for what banks book of payouts."""
