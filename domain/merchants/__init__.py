"""The merchants, and the fee plans that they agreed to."""
