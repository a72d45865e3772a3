"""The loop that somebody would write by hand: the same statement, the same batches, conditions and sums in Python."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from bench.backtest.rules import POLICY, RULES
from domain.fraud.rule import RuleAction
from domain.identity.actor import Scope
from domain.kernel.ids import format_id

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.database import Database
    from adapters.postgres.fraud.tested_payments import TestedStatement


async def loop(
    database: Database, statement: TestedStatement, since: datetime, until: datetime, batch: int
) -> tuple[Counter[str], list[Counter[str]], list[int]]:
    """Decisions, amounts by rule and currency, and matches by rule."""
    decisions: Counter[str] = Counter()
    amounts: list[Counter[str]] = [Counter() for _ in RULES]
    matches = [0] * len(RULES)
    cursor: tuple[datetime, UUID] = (since, UUID(int=0))
    names = statement.variables
    columns = [f"v{number}" for number in range(len(names))]
    while True:
        async with database.transaction(Scope(None)) as connection:
            found = await connection.fetch(statement.text, since, until, *cursor, batch)
        for row in found:
            values = {name: row[column] for name, column in zip(names, columns, strict=True)}
            values["customer.id"] = format_id("cus", values["customer.id"]) if values["customer.id"] else ""
            actions: set[RuleAction] = set()
            score = 0
            for number, rule in enumerate(RULES):
                if rule.holds(values):
                    matches[number] += 1
                    amounts[number][row["currency"]] += row["amount_minor"]
                    actions.add(rule.action)
                    score += rule.points or 0
            decisions[_decision(actions, score)] += 1
        if len(found) < batch:
            return decisions, amounts, matches
        cursor = (found[-1]["created_at"], found[-1]["payment_id"])


def _decision(actions: set[RuleAction], score: int) -> str:
    asks = RuleAction.REQUEST_3DS in actions
    if RuleAction.ALLOW in actions:
        return "REQUEST_3DS" if asks else "ALLOW"
    if RuleAction.BLOCK in actions or score >= (POLICY.block_at or 0):
        return "BLOCK"
    if RuleAction.REVIEW in actions or score >= (POLICY.review_at or 0):
        return "REVIEW"
    return "REQUEST_3DS" if asks else "ALLOW"
