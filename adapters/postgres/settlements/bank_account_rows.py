"""Rows to bank accounts and back: the only place that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.currencies import currency_of
from adapters.postgres.hydration import hydrator
from domain.approvals.party import Party
from domain.identity.actor import ActorKind
from domain.settlements.account_number import AccountScheme
from domain.settlements.bank_account import BankAccount, BankAccountStatus, Verification
from domain.settlements.bank_account_reveal import BankAccountReveal

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncpg import Record


def _party(who: str) -> Callable[[Record], Party | None]:
    def party_of(row: Record) -> Party | None:
        kind = row[f"{who}_kind"]
        return Party(kind=ActorKind(kind), id=row[f"{who}_id"], name=row[f"{who}_name"]) if kind else None

    return party_of


def _no_events(_: Record) -> tuple[()]:
    # What has been saved is no news.
    return ()


account_of = hydrator(
    BankAccount,
    {
        "currency": lambda row: currency_of(row["currency"]),
        "scheme": AccountScheme,
        "sealed": lambda row: row["number_encrypted"],
        "fingerprint": lambda row: row["number_hash"],
        "status": BankAccountStatus,
        "verification": Verification,
        "requested_by": _party("requested_by"),
        "approved_by": _party("approved_by"),
        "verified_by": _party("verified_by"),
        "events": _no_events,
    },
)
"""An account from its row."""
reveal_of = hydrator(BankAccountReveal, {"revealed_by": _party("revealed_by")})
"""A reading of a number from its row."""

_PARTIES = ("requested_by", "approved_by", "verified_by")
_RENAMED = {"sealed": "number_encrypted", "fingerprint": "number_hash"}


def account_values(account: BankAccount) -> dict[str, Any]:
    """The columns of an account."""
    values: dict[str, Any] = {
        _RENAMED.get(name, name): getattr(account, name)
        for name in BankAccount.__slots__
        if name not in {"events", *_PARTIES}
    }
    for who in _PARTIES:
        values |= party_values(who, getattr(account, who))
    return values | {
        "currency": account.currency.code,
        "scheme": account.scheme.value,
        "status": account.status.value,
        "verification": account.verification.value,
    }


def reveal_values(reveal: BankAccountReveal) -> dict[str, Any]:
    """The columns of a reading."""
    values = {name: getattr(reveal, name) for name in BankAccountReveal.__slots__ if name != "revealed_by"}
    return values | party_values("revealed_by", reveal.revealed_by)


def party_values(who: str, party: Party | None) -> dict[str, Any]:
    """The three columns of somebody."""
    return {
        f"{who}_kind": party and party.kind.value,
        f"{who}_id": party and party.id,
        f"{who}_name": party and party.name,
    }
