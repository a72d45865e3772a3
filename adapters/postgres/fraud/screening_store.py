"""The write side of screenings: what every new payment passes by, in three statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from adapters.postgres.fraud import rows, screening_rows, tables
from adapters.postgres.fraud.matching import entries_of
from adapters.postgres.fraud.velocity import Questions
from adapters.postgres.statement import Statement, insert_row
from domain.fraud.rule_set import RuleSet
from domain.fraud.sighting import Seen
from domain.fraud.velocity import MOST_COUNTED
from domain.kernel.ids import PLATFORM
from domain.kernel.money import MAX_MINOR

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.database import FencedConnection
    from domain.fraud.screening import Screening
    from domain.fraud.sighting import Wanted
    from domain.fraud.trace import Trace

# A number of its own, so that these locks are none of those that others take by small numbers.
_SALT = 0x6672617564
# The array is in order, and so are the locks: two payments that share several values never wait in a circle.
_WAIT = f"SELECT pg_advisory_xact_lock(one # {_SALT}) FROM unnest($1::bigint[]) AS one"  # noqa: S608 - a constant

# One statement sees one moment: counts, lists and revisions belong together. The platform is the first author.
_LOOK = """
SELECT 'r' AS part, author.number::integer AS number, 0 AS place, NULL AS name,
       coalesce((SELECT s.revision FROM fraud_rule_sets AS s WHERE s.merchant_id = author.id
                 ORDER BY s.revision DESC LIMIT 1), 0)::bigint AS figure
FROM unnest($1::uuid[]) WITH ORDINALITY AS author (id, number)
UNION ALL
SELECT 'l', author.number::integer, one.number::integer, e.list_name, 0
FROM unnest($1::uuid[]) WITH ORDINALITY AS author (id, number)
CROSS JOIN unnest($2::text[], $3::text[]) WITH ORDINALITY AS one (kind, value, number)
JOIN fraud_list_entries AS e ON e.merchant_id = author.id AND e.kind = one.kind AND e.value = one.value
WHERE e.expires_at IS NULL OR e.expires_at > $4
UNION ALL
SELECT 'v', question, ordinal, figure, value
FROM fraud_velocities($5::uuid[], $6::text[], $7::bigint[], $11::timestamptz[], $8::integer[], $9::integer[],
                      $10::text[], $12, $13)
"""


_S = tables.fraud_screenings
_SCREENED = insert_row(_S)
_TRACED = ("at", "currency", "amount_minor", "card", "email", "ip", "customer", "device")
_FIRST = len(_S.columns) + 1
_AT, _CURRENCY, _AMOUNT = (f"${_FIRST + place}" for place in range(3))
_TRACE = ", ".join(f"${place}" for place in range(_FIRST, _FIRST + len(_TRACED)))
# Each connection adds to a row of its own, so nobody waits for anybody; whoever counts adds them up.
_ADD = f"""
WITH traced AS (
    INSERT INTO fraud_traces (merchant_id, payment_id, {", ".join(_TRACED)}) VALUES ($1, $2, {_TRACE})
), counted AS (
    INSERT INTO fraud_volumes AS v (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
    SELECT $1, grain, date_trunc(grain, {_AT}::timestamptz, 'UTC'), {_CURRENCY}, pg_backend_pid(), 1, {_AMOUNT}::bigint
    FROM (VALUES ('day'), ('hour'), ('minute')) AS one (grain)
    ON CONFLICT (merchant_id, grain, bucket, currency, slot) DO UPDATE SET
        payments = v.payments + 1,
        sum_minor = least(v.sum_minor::numeric + excluded.sum_minor, {MAX_MINOR})::bigint
)
{_SCREENED.sql}
"""  # noqa: S608 - names of columns, and constants
_SAVE = Statement(
    update(_S)
    .where(_S.c.merchant_id == bindparam("key_merchant_id"), _S.c.payment_id == bindparam("key_payment_id"))
    .values(
        {
            column.name: bindparam(column.name, type_=column.type)
            for column in _S.columns
            if column.name not in {"merchant_id", "payment_id", "screened_at"}
        }
    )
)
_OF_PAYMENT = Statement(
    select(_S).where(_S.c.merchant_id == bindparam("merchant_id"), _S.c.payment_id == bindparam("payment_id"))
)
_SETS = "SELECT * FROM fraud_rule_sets WHERE (merchant_id, revision) IN (($1::uuid, $2::integer), ($3, $4))"


class ScreeningStore:
    """Satisfies `domain.fraud.ports.Screenings` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def wait_turn(self, trace: Trace) -> None:
        """Wait until nobody else judges a payment of the same card, or of the merchant's same customer.

        The turn lasts until the unit ends. A statement of its own: what is looked at afterwards was committed before.
        """
        if trace.rare:
            await self._connection.execute(_WAIT, trace.rare)

    async def look(self, trace: Trace, wanted: Wanted) -> Seen:
        """What is counted, listed and in force for a payment: one statement.

        Every payment that is committed counts, also one whose time is later than this one's: it was judged before.
        """
        authors = (PLATFORM, trace.merchant_id)
        values = _searched(wanted)
        questions = Questions.of(trace, wanted)
        found = await self._connection.fetch(
            _LOOK,
            authors,
            [kind for kind, _, _ in values],
            [text for _, text, _ in values],
            trace.at,
            *questions.arguments(),
            trace.amount.currency.code,
            MOST_COUNTED,
        )
        revisions, answers = [0, 0], []
        listed: dict[UUID, set[tuple[str, str]]] = {author: set() for author in authors}
        for part, number, place, name, figure in found:
            if part == "v":
                answers.append((number, place, name, figure))
            elif part == "r":
                revisions[number - 1] = figure
            else:
                listed[authors[number - 1]].add((name, values[place - 1][2]))
        everywhere, here = questions.figures(answers, wanted)
        return Seen(
            revisions=(revisions[0], revisions[1]),
            everywhere=everywhere,
            here=here,
            listed={author: frozenset(hits) for author, hits in listed.items()},
        )

    async def add(self, screening: Screening, trace: Trace) -> None:
        """Keep what was found, and count the payment from now on: one statement."""
        traced = screening_rows.trace_values(trace)
        await self._connection.execute(
            _ADD,
            *_SCREENED.args(**screening_rows.screening_values(screening)),
            *(traced[name] for name in _TRACED),
        )

    async def of_payment(self, merchant_id: UUID, payment_id: UUID) -> Screening | None:
        """What was found, with its rule sets; nothing for a payment that nobody screened."""
        arguments = _OF_PAYMENT.args(merchant_id=merchant_id, payment_id=payment_id)
        row = await self._connection.fetchrow(_OF_PAYMENT.sql, *arguments)
        if row is None:
            return None
        keys = (PLATFORM, row["platform_revision"], merchant_id, row["merchant_revision"])
        sets = {one["merchant_id"]: rows.rule_set_of(one) for one in await self._connection.fetch(_SETS, *keys)}
        platform, merchant = (sets.get(author) or RuleSet(merchant_id=author) for author in (PLATFORM, merchant_id))
        return screening_rows.screening_of(row, platform, merchant)

    async def save(self, screening: Screening) -> None:
        """What was found once the gateway's score had come."""
        keys = {"key_merchant_id": screening.merchant_id, "key_payment_id": screening.payment_id}
        arguments = _SAVE.args(**screening_rows.screening_values(screening), **keys)
        await self._connection.execute(_SAVE.sql, *arguments)


def _searched(wanted: Wanted) -> list[tuple[str, str, str]]:
    """A list's kind, what it may have, and the payment's value that it would have by that."""
    return [
        (kind.value, text, value)
        for kind, values in wanted.values.items()
        for value in values
        for text in entries_of(kind, value)
    ]
