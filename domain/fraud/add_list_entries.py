"""Put values on a list, many at once; a row that cannot be listed keeps no other from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fraud.changing_rules import audited, ensure_author
from domain.fraud.fraud_list import LONGEST_REASON, ListEntry
from domain.fraud.listing import RowOutcome, RowResult, ensure_room, ensure_rows, kind_of, normalized
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.text import clean_text
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudPorts, FraudUnit
    from domain.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddListEntries:
    """Of an author's list, the platform's when `merchant_id` is `PLATFORM`; `reason` and `expires_at` hold for all."""

    merchant_id: UUID
    list_name: str
    values: tuple[str, ...]
    reason: str
    expires_at: datetime | None = None


async def add_list_entries(ports: FraudPorts, actor: Actor, command: AddListEntries) -> list[RowResult]:
    """What became of each value, in their order: added, replaced, or refused and why.

    Raises `NotFound`, `Forbidden`, `Unavailable`, and `Invalid` for what is wrong with all of them: no reason, an
    expiry that is past, too many values, or a list that is full.
    """
    actor.require(Permission.FRAUD_MANAGE, command.merchant_id)
    ensure_rows(command.values)
    clean_text(command.reason, ("reason",), longest=LONGEST_REASON, multiline=True)
    if command.expires_at is not None and command.expires_at <= ports.clock.now():
        raise Invalid(("expiresAt",), "This is past; give a time to come, or none for an entry that stays.")

    async def work(unit: FraudUnit) -> list[RowResult]:
        at = ports.clock.now()
        await ensure_author(unit, command.merchant_id)
        normal, results = normalized(await kind_of(unit, command.merchant_id, command.list_name), command.values)
        entries = [_entry(actor, command, value, at, row) for value, row in normal.items()]
        for entry, kept, row in zip(entries, await unit.fraud_lists.put(entries), normal.values(), strict=True):
            # One that was there already goes on under the id that it has.
            outcome = RowOutcome.ADDED if kept.id == entry.id else RowOutcome.REPLACED
            results[row] = RowResult(value=command.values[row], outcome=outcome, entry=kept)
        await ensure_room(unit, command.merchant_id, command.list_name, ("values",))
        outcomes = Counter(result.outcome for result in results.values())
        data = {
            "list": command.list_name,
            "reason": command.reason,
            "expires_at": command.expires_at and command.expires_at.isoformat(),
            **{outcome.value.lower(): outcomes[outcome] for outcome in _OUTCOMES},
        }
        concerned = audited(command.merchant_id)
        await unit.audit.record(actor, "fraud.add_list_entries", "fraud_list", None, concerned, data)
        await unit.commit()
        return [results[row] for row in range(len(command.values))]

    return await in_unit(ports.units, actor, "fraud_list.add", work)


_OUTCOMES = (RowOutcome.ADDED, RowOutcome.REPLACED, RowOutcome.REFUSED)


def _entry(actor: Actor, command: AddListEntries, value: str, at: datetime, row: int) -> ListEntry:
    return ListEntry(
        id=new_uuid(at, row),
        merchant_id=command.merchant_id,
        list_name=command.list_name,
        value=value,
        reason=command.reason,
        author_id=actor.id,
        author_name=actor.name,
        created_at=at,
        expires_at=command.expires_at,
    )
