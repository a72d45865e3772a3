"""A key that signs access tokens for a while, and is published a while longer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.ids import format_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue

ALGORITHM = "ES256"
TOKEN_LIFETIME = timedelta(seconds=600)
# A key is published this long before it signs: every resource server has read the key set again by then.
PUBLISHED_AHEAD = timedelta(minutes=15)
# And this long after the last token of it expired: clocks differ.
PUBLISHED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key pair. `public_jwk` is for everyone, `private_encrypted` for the vault that sealed it.

    It signs from `not_before` until a newer key does, and is published until `retires_at`.
    """

    id: UUID
    algorithm: str
    public_jwk: Mapping[str, JsonValue]
    private_encrypted: bytes
    created_at: datetime
    not_before: datetime
    retires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.not_before < self.created_at:
            raise Invalid(("notBefore",), "A key cannot sign before it was made.")
        if self.retires_at is not None and self.retires_at <= self.not_before:
            raise Invalid(("retiresAt",), "A key cannot retire before it signs.")

    @property
    def kid(self) -> str:
        """The key's name in token headers and the key set."""
        return format_id("key", self.id)

    def published(self, now: datetime) -> bool:
        """Whether tokens signed with it may still be around, or soon will."""
        return self.retires_at is None or now < self.retires_at

    def succeeded_by(self, successor: SigningKey) -> SigningKey:
        """Retire once the last token that it can sign before the successor takes over has expired."""
        return replace(self, retires_at=successor.not_before + TOKEN_LIFETIME + PUBLISHED_AFTER)


def signer(keys: Iterable[SigningKey], now: datetime) -> SigningKey | None:
    """The key that signs now: the newest of those that may."""
    able = [key for key in keys if key.not_before <= now and key.published(now)]
    return max(able, key=lambda key: (key.not_before, key.id), default=None)
