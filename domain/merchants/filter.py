"""Which merchants a list is about, and in which order it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.merchants.merchant import MerchantStatus


class MerchantOrder(StrEnum):
    """Newest first unless asked otherwise."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantFilter:
    """Everything given must hold; a tuple means any of; `text` is a part of the name."""

    status: tuple[MerchantStatus, ...] | None = None
    country: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    text: str | None = None
