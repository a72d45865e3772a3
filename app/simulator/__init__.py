"""A payment gateway that moves no real money: its own process, its own rules, and a way to fail on request."""
