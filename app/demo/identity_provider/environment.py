"""The fence that keeps the demo's identity provider out of production."""

from __future__ import annotations

import os

ENVIRONMENT_VARIABLE = "PAYDESK_ENVIRONMENT"
ALLOWED = frozenset({"demo", "test"})


class NotADemoEnvironmentError(RuntimeError):
    """The environment is neither the demo nor a test."""


def require_demo_environment() -> None:
    """Raise `NotADemoEnvironmentError` unless the environment says, in so many words, that this is a demo or a test."""
    environment = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if environment not in ALLOWED:
        message = (
            f"The demo identity provider signs in anyone who has read its passwords, so it starts only when "
            f"{ENVIRONMENT_VARIABLE} is demo or test; it is {environment or 'not set'!r}. "
            f"In production, point Paydesk at your own OpenID provider."
        )
        raise NotADemoEnvironmentError(message)
