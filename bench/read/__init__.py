"""Lists and details over HTTP, against a floor written by hand and PostGraphile on the same tables."""
