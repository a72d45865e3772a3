"""Banks: the files that they take and give, and how those travel."""
