"""The executor alone against graphql-core: the same schema and resolvers, without a database."""
