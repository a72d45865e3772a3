"""Which rows of reconciliation a list is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from domain.kernel.span import Span
    from domain.reconciliation.reconciliation_item import ItemReason, ItemStatus
    from domain.reconciliation.remittance import RemittanceStatus
    from domain.reconciliation.statement_import import ImportSource, ImportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFilter:
    """Everything given must hold; a tuple means any of."""

    status: tuple[ImportStatus, ...] | None = None
    source: tuple[ImportSource, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """`gap`: whether the opening balance is not the closing one of the statement before."""

    account: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    import_id: UUID | None = None
    closing_on: Span[date] | None = None
    gap: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Of imported statements."""

    statement_id: UUID | None = None
    end_to_end_id: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """`owner_ids` are people; `unowned`: whether it is nobody's."""

    status: tuple[ItemStatus, ...] | None = None
    reason: tuple[ItemReason, ...] | None = None
    account: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    owner_ids: tuple[UUID, ...] | None = None
    unowned: bool | None = None
    statement_id: UUID | None = None
    booked_on: Span[date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFilter:
    """Everything given must hold."""

    status: tuple[RemittanceStatus, ...] | None = None
    gateway: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    reference: tuple[str, ...] | None = None
