"""The demo's own OpenID provider: real sign-in and consent pages over accounts and clients read from a JSON file."""
