"""A record's digest covers every column."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from domain.audit.audit_record import AuditRecord
from domain.kernel.ids import new_uuid
from tests.builders.audit import an_audit_record
from tests.builders.moments import MORNING

RECORD = an_audit_record()
ALTERED: dict[str, list[Any]] = {
    "id": [new_uuid(MORNING)],
    "merchant_id": [None, new_uuid(MORNING)],
    "actor_kind": ["SYSTEM"],
    "actor_id": [None, new_uuid(MORNING)],
    "actor_name": ["", "Ada Lovelacf"],
    "action": ["payments.void"],
    "subject_type": ["operation"],
    "subject_id": [None, new_uuid(MORNING)],
    "occurred_at": [MORNING + timedelta(microseconds=1)],
    "address": [None, "192.0.2.8"],
    "data": [{}, {"amount_minor": 4001, "currency": "EUR"}, {"amount_minor": "4000", "currency": "EUR"}],
}


def test_every_column_can_be_altered_below() -> None:
    assert set(ALTERED) == {field.name for field in fields(AuditRecord)}


@pytest.mark.parametrize(("column", "value"), [(name, value) for name, values in ALTERED.items() for value in values])
def test_an_altered_column_gives_another_digest(column: str, value: object) -> None:
    assert replace(RECORD, **{column: value}).digest() != RECORD.digest()


def test_the_same_record_has_one_digest_whatever_its_form() -> None:
    same = replace(
        RECORD,
        data={"currency": "EUR", "amount_minor": 4000},
        occurred_at=RECORD.occurred_at.replace(microsecond=0),
    )
    assert same.digest() == RECORD.digest()
    assert len(RECORD.digest()) == 32


def test_moments_count_by_their_instant_only_in_utc() -> None:
    # Storage always answers in UTC; another offset would be another text.
    elsewhere = RECORD.occurred_at.astimezone(timezone(timedelta(hours=2)))
    assert replace(RECORD, occurred_at=elsewhere).digest() != RECORD.digest()


def test_values_do_not_run_into_each_other() -> None:
    one = replace(RECORD, actor_name="ab", action="c")
    other = replace(RECORD, actor_name="a", action="bc")
    assert one.digest() != other.digest()
