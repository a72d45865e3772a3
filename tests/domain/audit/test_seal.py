"""A chain of seals: whatever is altered, removed, added or swapped shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.audit.seal import GENESIS, Seal, seal_after
from tests.builders.audit import an_audit_record
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from domain.audit.audit_record import AuditRecord

RECORDS = [an_audit_record() for _ in range(6)]


def chain_of(*batches: list[AuditRecord]) -> list[Seal]:
    seals: list[Seal] = []
    for batch in batches:
        seals.append(seal_after(seals[-1] if seals else None, batch, MORNING))
    return seals


def test_the_first_seal_follows_from_nothing() -> None:
    first = seal_after(None, RECORDS, after(60))
    assert (first.number, first.previous_hash, first.sealed_at) == (1, GENESIS, after(60))
    assert first.digests == tuple(record.digest() for record in RECORDS)
    assert first.intact


def test_each_seal_follows_from_the_one_before() -> None:
    first, second = chain_of(RECORDS[:3], RECORDS[3:])
    assert second.number == 2
    assert second.previous_hash == first.hash
    assert second.intact


@pytest.mark.parametrize(
    "batch",
    [
        [replace(RECORDS[0], action="payments.void"), *RECORDS[1:3]],
        RECORDS[:2],
        RECORDS[:4],
        [RECORDS[1], RECORDS[0], RECORDS[2]],
        [],
    ],
)
def test_another_batch_gives_another_hash_for_it_and_for_all_that_follow(batch: list[AuditRecord]) -> None:
    true = chain_of(RECORDS[:3], RECORDS[3:])
    false = chain_of(batch, RECORDS[3:])
    assert true[0].hash != false[0].hash
    assert true[1].hash != false[1].hash


def test_an_altered_seal_is_not_intact() -> None:
    seal = seal_after(None, RECORDS, MORNING)
    assert not replace(seal, previous_hash=bytes([1] * 32)).intact
    assert not replace(seal, digests=seal.digests[1:]).intact
    assert not replace(seal, hash=GENESIS).intact
