"""What did not match, until somebody knows what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.reconciliation.reconciliation_item import ItemReason, ItemStatus, ReconciliationItem, Resolution
from tests.builders.moments import MORNING
from tests.builders.money import EUR
from tests.fakes.desk import JOBS

S, R = ItemStatus, ItemReason


def an_item(**values: Any) -> ReconciliationItem:
    given: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "entry_id": new_uuid(MORNING),
        "statement_id": new_uuid(MORNING),
        "account": "eur-main",
        "reason": R.NOT_YET_PAID,
        "currency": EUR,
        "amount_minor": -500,
        "booked_on": MORNING.date(),
        "opened_at": MORNING,
        "updated_at": MORNING,
    }
    return ReconciliationItem(**{**given, **values}).open_()


def test_what_time_may_cure_is_looked_at_again_ever_more_seldom() -> None:
    item = an_item()
    assert item.next_try_at == MORNING + timedelta(minutes=5)
    later = MORNING + timedelta(hours=1)
    assert item.try_later(R.NOT_YET_PAID, later).next_try_at == later + timedelta(hours=1)
    assert item.try_later(R.NOT_YET_PAID, MORNING + timedelta(days=31)).next_try_at is None
    assert item.try_later(R.AMOUNT_DIFFERS, later).next_try_at is None
    assert an_item(reason=R.AMOUNT_DIFFERS).next_try_at is None


def test_a_matched_one_is_done() -> None:
    matched = an_item().match(JOBS, None, MORNING)
    assert (matched.status, matched.ended_by_name, matched.next_try_at) == (S.MATCHED, JOBS.name, None)
    with pytest.raises(TransitionNotAllowed):
        matched.resolve(JOBS, Resolution.OTHER, "A note", None, MORNING)


def test_a_resolved_one_was_a_break_first() -> None:
    resolved = an_item().resolve(JOBS, Resolution.BANK_CHARGE, "The yearly fee", None, MORNING)
    assert (resolved.status, resolved.note, resolved.version) == (S.RESOLVED, "The yearly fee", 3)
    assert [event.type.name for event in resolved.events] == ["OPENED", "BROKEN", "RESOLVED"]
    broken = an_item().break_(MORNING)
    assert broken.resolve(JOBS, Resolution.OTHER, "A note", None, MORNING).status is S.RESOLVED
    assert an_item().break_(MORNING).match(JOBS, None, MORNING).status is S.MATCHED


def test_it_can_be_somebody_s() -> None:
    person = new_uuid(MORNING)
    item = an_item().assign(person, MORNING)
    assert (item.owner_id, item.assign(None, MORNING).owner_id) == (person, None)
