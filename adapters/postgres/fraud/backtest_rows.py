"""Backtests to rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.postgres.fraud.rows import active_rule_values, active_rules_of, policy_of
from adapters.postgres.hydration import hydrator
from domain.fraud.backtest import Backtest, BacktestStatus
from domain.fraud.backtest_tally import BacktestTally, RuleTally, TopMatch, Volume
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncpg import Record


def _tally_values(tally: BacktestTally) -> dict[str, Any]:
    return {
        "all": _volume_values(tally.all),
        "would": {decision.value: _volume_values(volume) for decision, volume in tally.would.items()},
        "was": {decision.value: count for decision, count in tally.was.items()},
        "rules": [
            {
                "rule_id": str(rule.rule_id),
                "version": rule.version,
                "matched": _volume_values(rule.matched),
                "charged_back": rule.charged_back,
                "failed": rule.failed,
            }
            for rule in tally.rules
        ],
        "flagged": tally.flagged,
        "caught": tally.caught,
        "missed": tally.missed,
        "wrong": tally.wrong,
        "chargebacks": tally.chargebacks,
        "top": [
            {
                "payment_id": str(match.payment_id),
                "merchant_id": str(match.merchant_id),
                "created_at": match.created_at.isoformat(),
                "amount_minor": match.amount_minor,
                "currency": match.currency,
                "decision": match.decision.value,
                "rule_ids": [str(rule_id) for rule_id in match.rule_ids],
                "charged_back": match.charged_back,
            }
            for match in tally.top
        ],
    }


def _tally_of(value: Mapping[str, Any]) -> BacktestTally:
    return BacktestTally(
        all=_volume_of(value["all"]),
        would={ScreeningDecision(name): _volume_of(volume) for name, volume in value["would"].items()},
        was={ScreeningDecision(name): count for name, count in value["was"].items()},
        rules=tuple(
            RuleTally(
                rule_id=UUID(rule["rule_id"]),
                version=rule["version"],
                matched=_volume_of(rule["matched"]),
                charged_back=rule["charged_back"],
                failed=rule["failed"],
            )
            for rule in value["rules"]
        ),
        flagged=value["flagged"],
        caught=value["caught"],
        missed=value["missed"],
        wrong=value["wrong"],
        chargebacks=value["chargebacks"],
        top=tuple(
            TopMatch(
                payment_id=UUID(match["payment_id"]),
                merchant_id=UUID(match["merchant_id"]),
                created_at=datetime.fromisoformat(match["created_at"]),
                amount_minor=match["amount_minor"],
                currency=match["currency"],
                decision=ScreeningDecision(match["decision"]),
                rule_ids=tuple(UUID(rule_id) for rule_id in match["rule_ids"]),
                charged_back=match["charged_back"],
            )
            for match in value["top"]
        ),
    )


def _volume_values(volume: Volume) -> dict[str, Any]:
    return {"count": volume.count, "minor": dict(volume.minor)}


def _volume_of(value: Mapping[str, Any]) -> Volume:
    return Volume(count=value["count"], minor=value["minor"])


def _cursor(row: Record) -> tuple[datetime, UUID] | None:
    return None if row["cursor_id"] is None else (row["cursor_at"], row["cursor_id"])


backtest_of = hydrator(
    Backtest,
    {
        "status": BacktestStatus,
        "rules": active_rules_of,
        "policy": policy_of,
        "cursor": _cursor,
        "tally": lambda row: _tally_of(row["tally"]),
    },
)
"""A backtest from its row."""


def backtest_values(backtest: Backtest) -> dict[str, Any]:
    """The columns of a backtest."""
    at, payment_id = backtest.cursor or (None, None)
    return {
        "merchant_id": backtest.merchant_id,
        "id": backtest.id,
        "status": backtest.status.value,
        "rules": [active_rule_values(rule) for rule in backtest.rules],
        "review_at": backtest.policy.review_at,
        "block_at": backtest.policy.block_at,
        "since": backtest.since,
        "until": backtest.until,
        "requested_by_id": backtest.requested_by_id,
        "requested_by_name": backtest.requested_by_name,
        "total": backtest.total,
        "processed": backtest.processed,
        "cursor_at": at,
        "cursor_id": payment_id,
        "tally": _tally_values(backtest.tally),
        "failure": backtest.failure,
        "tries": backtest.tries,
        "leased_until": backtest.leased_until,
        "created_at": backtest.created_at,
        "started_at": backtest.started_at,
        "finished_at": backtest.finished_at,
    }
