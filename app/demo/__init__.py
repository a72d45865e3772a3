"""Everything that only the demo needs: its supervisor, its data and its OpenID provider."""
