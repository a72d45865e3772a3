"""What needs a second person before it is done: policies, requests, and their decisions."""
