"""Payments, the operations at gateways that move them, captures, refunds and customers."""
