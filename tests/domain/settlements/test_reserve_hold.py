"""What is held is released once, and both are told."""

from __future__ import annotations

import pytest

from domain.kernel.ids import new_uuid
from domain.settlements.errors import SettlementStateForbids
from tests.builders.moments import MORNING, after
from tests.builders.settlements import a_reserve_hold, a_settlement


def test_held_and_released() -> None:
    settlement, entry_id = a_settlement(), new_uuid(MORNING)
    hold = a_reserve_hold(settlement)
    released = hold.release(entry_id, after(1))
    assert [event.type.value for event in released.events] == ["reserve.held", "reserve.released"]
    held, given = released.events
    assert held.data == {
        "amount_minor": 1000,
        "currency": "EUR",
        "settlement_id": str(settlement.id),
        "release_on": "2026-05-31",
    }
    assert given.data == {"amount_minor": 1000, "currency": "EUR", "entry_id": str(entry_id)}
    assert (released.version, released.released_at, released.release_entry_id) == (2, after(1), entry_id)
    with pytest.raises(SettlementStateForbids, match="released already"):
        released.release(entry_id, after(2))
