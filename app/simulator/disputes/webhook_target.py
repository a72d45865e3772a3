"""Whom the simulator tells of every notice."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.addresses import read_http_url
from app.refusal import Refused
from app.webhook_secrets import read_webhook_secrets


class TargetRefused(Refused):
    """The address or the secret of the webhook cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """Where notices go, and the secret that signs them: `whsec_` and base64."""

    url: str
    secret: str = field(repr=False)


def webhook_target(url: str | None, secrets: str | None) -> WebhookTarget | None:
    """The target of an address; none without one. Of several secrets the first signs.

    Raises `TargetRefused`.
    """
    if url is None:
        return None
    try:
        return WebhookTarget(url=read_http_url(url), secret=read_webhook_secrets(secrets or "")[0])
    except ValueError as error:
        raise TargetRefused(f"the webhook needs an http or https address and a secret: {error}") from None
