"""What happens to imports, items and remittances, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.kernel.events import JsonValue


class StatementImportEventType(StrEnum):
    """The names under which the events of imports travel to every sink."""

    AWAITED = "statement_import.awaited"
    RECEIVED = "statement_import.received"
    IMPORTED = "statement_import.imported"
    QUARANTINED = "statement_import.quarantined"
    DUPLICATED = "statement_import.duplicated"
    RETRIED = "statement_import.retried"
    EXPIRED = "statement_import.expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementImportEvent:
    """One fact about an import."""

    type: StatementImportEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)


class ReconciliationItemEventType(StrEnum):
    """The names under which the events of items travel to every sink."""

    OPENED = "reconciliation_item.opened"
    ASSIGNED = "reconciliation_item.assigned"
    MATCHED = "reconciliation_item.matched"
    BROKEN = "reconciliation_item.broken"
    RESOLVED = "reconciliation_item.resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationItemEvent:
    """One fact about an item; `data` holds amounts as integers of minor units, and ids as text."""

    type: ReconciliationItemEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)


class RemittanceEventType(StrEnum):
    """The names under which the events of remittances travel to every sink."""

    RECORDED = "remittance.recorded"
    MATCHED = "remittance.matched"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceEvent:
    """One fact about a remittance."""

    type: RemittanceEventType
    occurred_at: datetime
    data: Mapping[str, JsonValue] = field(default_factory=dict)
