"""Lists of values that are known to be bad, good, or worth a rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.list_kind import ListEffect, ListKind
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text, optional_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MOST_ENTRIES = 100_000
LONGEST_REASON = 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudList:
    """One author's list: the platform's (`PLATFORM`) or a merchant's. Standard lists need no row of their own.

    Raises `Invalid` for a name that rules could not say, and for an unclean description.
    """

    merchant_id: UUID
    name: str
    kind: ListKind
    effect: ListEffect = ListEffect.NONE
    description: str | None = None
    created_at: datetime | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            rule = "Name it by at most 60 small letters, digits and underscores, a letter first: regular_customers."
            raise Invalid(("name",), rule)
        optional_text(self.description, ("description",), longest=LONGEST_REASON, multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """`value` is in the kind's one normal form (lower case e-mail, compressed network, upper case country).

    `reason` says why it is there; from `expires_at` on it counts no more. Raises `Invalid` for an unclean reason.
    """

    id: UUID
    merchant_id: UUID
    list_name: str
    value: str
    reason: str
    review_id: UUID | None = None
    author_id: UUID | None = None
    author_name: str
    created_at: datetime
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        clean_text(self.reason, ("reason",), longest=LONGEST_REASON, multiline=True)
