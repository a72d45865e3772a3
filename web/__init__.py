"""HTTP: the web server, sign-in, OAuth2 endpoints, files and health; its portal is the TypeScript that browsers run."""
