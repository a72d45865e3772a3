"""Who did what and when, sealed so that a later change shows."""
