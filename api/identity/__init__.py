"""The viewer, people, memberships and API clients in the graph."""
