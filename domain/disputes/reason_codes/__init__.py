"""Why networks say that cardholders dispute, one catalogue of codes for each network."""
