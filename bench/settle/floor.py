"""The floor: a table shaped as the product's lines, and the one statement that somebody would fill it with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.settle.fill import CUT_OFF, MERCHANT

if TYPE_CHECKING:
    from asyncpg import Connection

_TABLE = "CREATE TABLE floor_lines (LIKE settlement_lines INCLUDING ALL) PARTITION BY RANGE (entry_id)"
_PARTITIONS = """
SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'settlement_lines'::regclass
"""
_INSERT = """
INSERT INTO floor_lines (merchant_id, entry_id, position, settlement_id, kind, amount_minor, currency, payment_id,
                         dispute_id, posted_at)
SELECT p.merchant_id, p.entry_id, p.position, $1, CASE WHEN p.position >= 2 THEN 'FEE' ELSE e.kind END,
       -p.amount_minor, p.currency, e.payment_id, e.dispute_id, p.posted_at
FROM ledger_postings AS p JOIN ledger_entries AS e ON (e.merchant_id, e.id) = (p.merchant_id, p.entry_id)
WHERE p.merchant_id = $1 AND p.account = 'pending' AND p.currency = 'EUR' AND p.posted_at <= $2
"""
_DIFFERENCE = """
SELECT count(*) FROM settlement_lines AS l FULL JOIN floor_lines AS f USING (merchant_id, entry_id, position)
WHERE (l.kind, l.amount_minor, l.payment_id, l.posted_at) IS DISTINCT FROM
      (f.kind, f.amount_minor, f.payment_id, f.posted_at)
"""


async def make_table(owner: Connection) -> None:
    """The same columns, indexes and partitions, under another name."""
    await owner.execute(_TABLE)
    for row in await owner.fetch(_PARTITIONS):
        name = row["name"].replace("settlement_lines", "floor_lines")
        await owner.execute(f"CREATE TABLE {name} PARTITION OF floor_lines {row['bounds']}")


async def insert(owner: Connection) -> None:
    """The statement, and nothing else."""
    await owner.execute(_INSERT, MERCHANT, CUT_OFF, timeout=900)


async def difference(owner: Connection) -> int:
    """How many lines the two do not have in common."""
    return int(await owner.fetchval(_DIFFERENCE, timeout=900) or 0)
