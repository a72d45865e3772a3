"""Single sign-on: people come in through their OpenID provider, and go out here and there."""
