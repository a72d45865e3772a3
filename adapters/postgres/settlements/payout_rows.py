"""Rows to payouts, their attempts and policies, and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from adapters.postgres.hydration import hydrator
from adapters.postgres.settlements.bank_account_rows import party_values
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.kernel.money import Money
from domain.settlements.payout import Payout, PayoutStatus
from domain.settlements.payout_attempt import AttemptOutcome, PayoutAttempt
from domain.settlements.payout_policy import PayoutPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncpg import Record


def _party(who: str) -> Callable[[Record], Party | None]:
    def party_of(row: Record) -> Party | None:
        kind = row[f"{who}_kind"]
        return Party(kind=ActorKind(kind), id=row[f"{who}_id"], name=row[f"{who}_name"]) if kind else None

    return party_of


def _no_news(_: Record) -> tuple[()]:
    # What has been saved is no news.
    return ()


payout_of = hydrator(
    Payout,
    {
        "amount": lambda row: Money(row["amount_minor"], currency_of(row["currency"])),
        "status": PayoutStatus,
        "requested_by": _party("requested_by"),
        "approved_by": _party("approved_by"),
        "events": _no_news,
        "attempts": _no_news,
    },
)
"""A payout from its row."""
attempt_of = hydrator(PayoutAttempt, {"outcome": AttemptOutcome})
"""A step from its row."""
policy_of = hydrator(
    PayoutPolicy,
    {
        "automatic_up_to": lambda row: Money(row["automatic_up_to_minor"], currency_of(row["currency"])),
        "requested_by": _party("requested_by"),
        "approved_by": _party("approved_by"),
    },
)
"""A policy from its row."""
_MADE = frozenset({"amount", "events", "attempts", "requested_by", "approved_by"})


def payout_values(payout: Payout) -> dict[str, Any]:
    """The columns of a payout."""
    values: dict[str, Any] = {name: getattr(payout, name) for name in Payout.__slots__ if name not in _MADE}
    return values | {
        "currency": payout.currency.code,
        "currency_exponent": payout.currency.exponent,
        "amount_minor": payout.amount.minor,
        "status": payout.status.value,
        **party_values("requested_by", payout.requested_by),
        **party_values("approved_by", payout.approved_by),
    }


def attempt_values(attempt: PayoutAttempt) -> dict[str, Any]:
    """The columns of a step."""
    values: dict[str, Any] = {name: getattr(attempt, name) for name in PayoutAttempt.__slots__}
    return values | {"outcome": attempt.outcome.value}


def policy_values(policy: PayoutPolicy) -> dict[str, Any]:
    """The columns of a policy."""
    return {
        "currency": policy.automatic_up_to.currency.code,
        "automatic_up_to_minor": policy.automatic_up_to.minor,
        "operation_id": policy.operation_id,
        **party_values("requested_by", policy.requested_by),
        **party_values("approved_by", policy.approved_by),
        "updated_at": policy.updated_at,
        "version": policy.version,
    }
