"""What runs by the clock or from a queue: one module per job, and the loop that starts them."""
