"""A note on a review, for the merchant and staff together or for staff alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LONGEST_NOTE = 4000
MOST_MENTIONS = 20


class Audience(StrEnum):
    """Who reads a note."""

    MERCHANT = "MERCHANT"
    """The merchant and staff."""
    STAFF = "STAFF"
    """Staff alone."""


def usual_audience(realm: Realm) -> Audience:
    """Who reads what somebody of a realm writes, unless told otherwise: staff may well write of other merchants."""
    return Audience.STAFF if realm is Realm.STAFF else Audience.MERCHANT


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNote:
    """Never changed. `mentions` are people whose attention it wants.

    Raises `Invalid` for a text that breaks its rule, too many mentions, and when a merchant writes for staff alone.
    """

    id: UUID
    merchant_id: UUID
    review_id: UUID
    audience: Audience
    text: str
    mentions: tuple[UUID, ...] = ()
    author_id: UUID | None = None
    author_name: str
    author_realm: Realm
    created_at: datetime

    def __post_init__(self) -> None:
        clean_text(self.text, ("text",), longest=LONGEST_NOTE, multiline=True)
        if len(self.mentions) > MOST_MENTIONS:
            raise Invalid(("mentions",), f"Mention at most {MOST_MENTIONS} people.")
        if self.audience is Audience.STAFF and self.author_realm is not Realm.STAFF:
            raise Invalid(("audience",), "Only staff can write notes for staff alone; use MERCHANT.")
