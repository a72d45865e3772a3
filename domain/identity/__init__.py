"""Who acts: users, memberships, API clients, roles and permissions, and the scope that they give."""
