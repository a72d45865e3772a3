"""A customer of one merchant. Within a merchant, an e-mail address is one customer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.errors import Invalid
from domain.kernel.text import country_code, optional_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

# What a mail server can at all deliver to (RFC 5321 sizes); whether it does, only a mail can tell.
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`country` is ISO 3166-1 alpha-2. Raises `Invalid` for a text that breaks its rule."""

    id: UUID
    merchant_id: UUID
    email: str | None = None
    name: str | None = None
    country: str | None = None
    created_at: datetime

    def __post_init__(self) -> None:
        optional_text(self.email, ("email",))
        optional_text(self.name, ("name",))
        if self.email is not None and not _EMAIL.fullmatch(self.email):
            raise Invalid(("email",), "This is not an e-mail address; give one such as ada@example.com.")
        if self.country is not None:
            country_code(self.country, ("country",))
