"""PostgreSQL behind the domain's ports: tables, stores that write, reads that list, one unit of work over all."""
