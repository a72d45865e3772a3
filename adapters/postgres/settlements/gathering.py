"""How postings to `pending` become the lines of a settlement: one statement, whether it writes them or only adds up.

Every posting carries the transaction that wrote it. Whatever an account's `open_from` is past was seen by a closing; of
the rest, a posting after the last cut-off is in no line yet, and for one before it the lines' own key says so. What was
posted before a cut-off and committed after its closing is so found by the next one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.failpoints import failpoint
from adapters.postgres.settlements import rows, tables
from adapters.postgres.statement import insert_row
from domain.settlements.totals import gathered_of

if TYPE_CHECKING:
    from asyncpg import Record

    from adapters.postgres.database import FencedConnection
    from domain.settlements.line import SettlementLine
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount
    from domain.settlements.totals import Gathered

CLOSING_SECONDS = 900
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
# The first pair of an entry is what it is about; what follows is its fee.
_KIND = """
CASE e.kind
    WHEN 'CAPTURE' THEN CASE WHEN p.position < 2 THEN 'CAPTURE' ELSE 'FEE' END
    WHEN 'REFUND' THEN CASE WHEN p.position < 2 THEN 'REFUND' ELSE 'FEE' END
    WHEN 'REFUND_RETURNED' THEN CASE WHEN p.position < 2 THEN 'REFUND' ELSE 'FEE' END
    WHEN 'DISPUTE' THEN CASE WHEN p.position < 2 THEN 'DISPUTE' ELSE 'DISPUTE_FEE' END
    ELSE e.kind
END
"""
# A scalar sub-select, which is one look at the lines' key for a posting: the planner would make a join of all lines of
# an EXISTS. Settlements are what closings post themselves, and so are reserves held, whose line they write as well.
_SOURCE = """
FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
WHERE p.merchant_id = $1 AND p.account = 'pending' AND p.currency = $2
  AND p.xid >= $3::text::xid8 AND p.posted_at <= $4 AND e.kind NOT IN ('SETTLEMENT', 'RESERVE_HOLD')
  AND (p.posted_at > $5 OR (
      SELECT l.position FROM settlement_lines AS l
      WHERE l.merchant_id = $1 AND l.entry_id = p.entry_id AND l.position = p.position
  ) IS NULL)
"""
_GATHER = f"""
WITH gathered AS (
    INSERT INTO settlement_lines (merchant_id, entry_id, position, settlement_id, kind, amount_minor, currency,
                                  payment_id, dispute_id, posted_at)
    SELECT p.merchant_id, p.entry_id, p.position, $6::uuid, {_KIND}, -p.amount_minor, p.currency, e.payment_id,
           e.dispute_id, p.posted_at
    {_SOURCE}
    RETURNING kind, amount_minor
)
SELECT kind, sum(amount_minor)::bigint AS minor, count(*) AS lines FROM gathered GROUP BY kind
"""  # noqa: S608 - ours
_ADD_UP = f"""
SELECT kind, sum(-amount_minor)::bigint AS minor, count(*) AS lines
FROM (SELECT {_KIND} AS kind, p.amount_minor {_SOURCE}) AS gathered GROUP BY kind
"""  # noqa: S608 - ours
_BOUNDS = """
SELECT open_from::text, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
FROM settlement_accounts WHERE merchant_id = $1 AND currency = $2
"""
# Up to the horizon all has ended, so what was posted up to the cut-off is in a line now. What was posted after it is
# the next closing's, which looks as far back as that.
_MOVE_ON = """
UPDATE settlement_accounts SET open_from = least($4::text::xid8, coalesce((
    SELECT p.xid FROM ledger_postings AS p
    WHERE p.merchant_id = $1 AND p.account = 'pending' AND p.currency = $2 AND p.posted_at > $3
      AND p.xid >= settlement_accounts.open_from AND p.xid < $4::text::xid8
    ORDER BY p.xid LIMIT 1
), $4::text::xid8))
WHERE merchant_id = $1 AND currency = $2
"""
_SETTINGS = f"""
SET LOCAL statement_timeout = '{CLOSING_SECONDS}s';
SET LOCAL plan_cache_mode = force_custom_plan
"""
_INSERT_LINE = insert_row(tables.settlement_lines)


class SettlementLineStore:
    """Satisfies `domain.settlements.ports.SettlementLines` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def gather(self, account: SettlementAccount, settlement: Settlement, cut_off: datetime) -> Gathered:
        """Make a line of every posting to `pending` up to the cut-off that is in no line yet, in one statement."""
        await self._connection.execute(_SETTINGS)
        # First: the statement that takes the lines sees at least what had ended by then.
        bounds = await _bounds(self._connection, account)
        arguments = _arguments(account, bounds["open_from"], cut_off)
        found = await self._connection.fetch(_GATHER, *arguments, settlement.id, timeout=CLOSING_SECONDS)
        failpoint("settlement.gathered")
        moved = (account.merchant_id, account.currency.code, cut_off, bounds["horizon"])
        await self._connection.execute(_MOVE_ON, *moved, timeout=CLOSING_SECONDS)
        return _gathered(found)

    async def add(self, lines: tuple[SettlementLine, ...]) -> None:
        """The lines that a closing adds itself."""
        for line in lines:
            await self._connection.execute(_INSERT_LINE.sql, *_INSERT_LINE.args(**rows.line_values(line)))


async def add_up(connection: FencedConnection, account: SettlementAccount, cut_off: datetime) -> Gathered:
    """What a closing at this cut-off would gather now; nothing is written."""
    bounds = await _bounds(connection, account)
    return _gathered(await connection.fetch(_ADD_UP, *_arguments(account, bounds["open_from"], cut_off)))


async def _bounds(connection: FencedConnection, account: SettlementAccount) -> Record:
    bounds = await connection.fetchrow(_BOUNDS, account.merchant_id, account.currency.code)
    assert bounds is not None, "an account that was read is never removed"
    return bounds


def _arguments(account: SettlementAccount, open_from: str, cut_off: datetime) -> tuple[object, ...]:
    return account.merchant_id, account.currency.code, open_from, cut_off, account.last_cut_off or _NEVER


def _gathered(found: list[Record]) -> Gathered:
    return gathered_of({row["kind"]: (row["minor"], row["lines"]) for row in found})
