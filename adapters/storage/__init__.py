"""Files outside of the database: object storage of any kind, links to it, and scanners that look into content."""
