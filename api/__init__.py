"""GraphQL: the schema, its types and fields, and what executes them."""
