"""Each invariant of disputes, broken by hand in books that hold one of every kind: verification names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from domain.kernel.ids import Prefix, format_id
from tests.app.broken_books import found_in, names_of
from tests.app.dispute_story import DISPUTE_CORRUPTIONS, tell_disputes
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway
from tests.faults.installation import query, violations
from tests.postgres import create_copy, drop_copy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from app.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
async def lived(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A database with disputes of every kind."""
    name = await create_copy(cluster)
    database = await Database.connect(cluster.dsn_of(name), size=4)
    units, merchant, clock = PostgresUnits(database), a_merchant(), SettableClock()
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    await tell_disputes(DisputeDesk(Desk(units, merchant, StandInGateway(clock), clock)))
    await database.close()
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


async def test_the_story_is_clean_and_has_everything(lived: str) -> None:
    assert await violations(lived) == []
    ((statuses, stages, states),) = await query(
        lived,
        """SELECT array_agg(DISTINCT status), array_agg(DISTINCT stage),
                  (SELECT array_agg(DISTINCT state ORDER BY state) FROM dispute_notices) FROM disputes""",
    )
    assert set(statuses) == {  # pyright: ignore[reportArgumentType]
        "NEEDS_RESPONSE", "EVIDENCE_STAGED", "UNDER_REVIEW", "WON", "LOST", "ACCEPTED", "EXPIRED", "PREVENTED",
        "WITHDRAWN",
    }  # fmt: skip
    assert states == ["APPLIED", "REFUSED", "UNMATCHED"]
    assert len(stages) == 3  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("name", "statement"), DISPUTE_CORRUPTIONS)
async def test_finds_and_names_what_is_broken(lived: str, name: str, statement: str) -> None:
    found = await found_in(lived, statement)
    assert name in names_of(found), found


async def test_says_which_dispute_in_readable_words(lived: str) -> None:
    ((dispute_id,),) = await query(lived, "SELECT id FROM disputes WHERE status = 'EXPIRED'")
    (line,) = await found_in(lived, f"UPDATE disputes SET response_pending = true WHERE id = '{dispute_id}'")
    name = format_id(Prefix.DISPUTE, dispute_id)  # pyright: ignore[reportArgumentType]
    assert line == f"dispute-answer: {name} waits for an answer: True; 0 are open, and 0 of them unchecked"


async def test_says_which_evidence_was_altered(lived: str) -> None:
    found = await found_in(
        lived,
        """UPDATE dispute_evidence SET texts = '{"OTHER": "x"}' WHERE status = 'SUBMITTED' AND stage <> 'CHARGEBACK'""",
    )
    assert [line.partition(" for ")[2] for line in found] == ["PRE_ARBITRATION was altered after it was submitted"]
