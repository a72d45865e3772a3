"""How an import goes: what may follow on what, and what each status says."""

from __future__ import annotations

import itertools

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.reconciliation.errors import StatementRefused, StatementRule
from domain.reconciliation.statement_import import (
    LEASE,
    TRANSITIONS,
    ImportSource,
    ImportStatus,
    StatementImport,
)
from tests.builders.moments import MORNING

S = ImportStatus
REFUSED = StatementRefused(StatementRule.NOT_XML, 7, "This is no XML.")
NEW = StatementImport(
    id=new_uuid(MORNING),
    status=S.AWAITING_UPLOAD,
    source=ImportSource.UPLOAD,
    name="a.xml",
    key="k",
    sha256="0" * 64,
    requested_by_name="Clara",
    created_at=MORNING,
)
RECEIVED = NEW.receive(10, MORNING)
READING = RECEIVED.read(MORNING)
STATES = {
    S.AWAITING_UPLOAD: NEW,
    S.RECEIVED: RECEIVED,
    S.READING: READING,
    S.IMPORTED: READING.import_(1, MORNING),
    S.QUARANTINED: READING.quarantine(REFUSED, MORNING),
    S.DUPLICATE: READING.duplicate(new_uuid(MORNING), MORNING),
    S.EXPIRED: NEW.expire(MORNING),
}


def moved(one: StatementImport, target: ImportStatus) -> StatementImport:
    if target is S.RECEIVED:
        return one.retry(MORNING) if one.status is S.QUARANTINED else one.receive(1, MORNING)
    steps = {
        S.READING: lambda: one.read(MORNING),
        S.IMPORTED: lambda: one.import_(1, MORNING),
        S.QUARANTINED: lambda: one.quarantine(REFUSED, MORNING),
        S.DUPLICATE: lambda: one.duplicate(new_uuid(MORNING), MORNING),
        S.EXPIRED: lambda: one.expire(MORNING),
    }
    return steps[target]()


@pytest.mark.parametrize(
    ("start", "target"), [pair for pair in itertools.product(S, S) if pair[1] is not S.AWAITING_UPLOAD]
)
def test_the_machine(start: ImportStatus, target: ImportStatus) -> None:
    if target in TRANSITIONS[start]:
        assert moved(STATES[start], target).status is target
    else:
        with pytest.raises(TransitionNotAllowed):
            moved(STATES[start], target)


def test_a_lease_is_no_news() -> None:
    assert (READING.leased_until, READING.tries, READING.version) == (MORNING + LEASE, 1, RECEIVED.version)


def test_a_retry_forgets_what_was_wrong() -> None:
    quarantined = STATES[S.QUARANTINED]
    assert (quarantined.rule, quarantined.line, quarantined.message) == (StatementRule.NOT_XML, 7, "This is no XML.")
    again = quarantined.retry(MORNING)
    assert (again.rule, again.line, again.message, again.tries, again.finished_at) == (None, None, None, 0, None)
    assert [event.type.value for event in again.events][-2:] == [
        "statement_import.quarantined",
        "statement_import.retried",
    ]


def test_the_upload_is_never_what_is_read() -> None:
    assert NEW.upload_key != NEW.stored_key
