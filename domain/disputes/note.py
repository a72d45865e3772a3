"""A note in a dispute's thread, for the merchant and staff together or for staff alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.actor import ActorKind, Realm
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LONGEST_NOTE = 5_000


class Audience(StrEnum):
    """Who reads a note."""

    MERCHANT = "MERCHANT"
    """The merchant and staff."""
    STAFF = "STAFF"
    """Staff alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Never changed. Raises `Invalid` for a text that breaks its rule, and when a merchant writes for staff alone."""

    id: UUID
    merchant_id: UUID
    dispute_id: UUID
    audience: Audience
    author_kind: ActorKind
    author_id: UUID | None
    author_name: str
    author_realm: Realm
    text: str
    created_at: datetime

    def __post_init__(self) -> None:
        clean_text(self.text, ("text",), longest=LONGEST_NOTE, multiline=True)
        if self.audience is Audience.STAFF and self.author_realm is not Realm.STAFF:
            raise Invalid(("audience",), "Only staff can write notes for staff alone; use MERCHANT.")
