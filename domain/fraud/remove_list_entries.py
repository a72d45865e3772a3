"""Take values from a list, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited, ensure_author
from domain.fraud.fraud_list import LONGEST_REASON
from domain.fraud.listing import RowOutcome, RowResult, ensure_rows, kind_of, normalized
from domain.identity.permission import Permission
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.fraud_list import ListEntry
    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveListEntries:
    """Of an author's list, the platform's when `merchant_id` is `PLATFORM`; `reason` says why."""

    merchant_id: UUID
    list_name: str
    values: tuple[str, ...]
    reason: str


async def remove_list_entries(ports: FraudPorts, actor: Actor, command: RemoveListEntries) -> list[RowResult]:
    """What became of each value, in their order: removed, not listed, or refused and why.

    Raises `NotFound`, `Forbidden`, `Unavailable`, and `Invalid` for no reason and for too many values.
    """
    actor.require(Permission.FRAUD_MANAGE, command.merchant_id)
    ensure_rows(command.values)
    clean_text(command.reason, ("reason",), longest=LONGEST_REASON, multiline=True)

    async def work(unit: FraudUnit) -> list[RowResult]:
        await ensure_author(unit, command.merchant_id)
        normal, results = normalized(await kind_of(unit, command.merchant_id, command.list_name), command.values)
        removed = await unit.fraud_lists.remove(command.merchant_id, command.list_name, list(normal))
        gone = {entry.value: entry for entry in removed}
        for value, row in normal.items():
            outcome = RowOutcome.REMOVED if value in gone else RowOutcome.NOT_LISTED
            results[row] = RowResult(value=command.values[row], outcome=outcome, entry=gone.get(value))
        concerned = audited(command.merchant_id)
        data = _audited(command, removed)
        await unit.audit.record(actor, "fraud.remove_list_entries", "fraud_list", None, concerned, data)
        await unit.commit()
        return [results[row] for row in range(len(command.values))]

    return await in_unit(ports.units, actor, "fraud_list.remove", work)


def _audited(command: RemoveListEntries, removed: list[ListEntry]) -> dict[str, JsonValue]:
    # Nothing else remembers what is removed; by its id, since values are mostly personal and the log is for ever.
    entries: list[JsonValue] = [
        {"id": str(entry.id), "by": entry.author_name, "at": entry.created_at.isoformat()} for entry in removed
    ]
    return {"list": command.list_name, "reason": command.reason, "removed": entries}
