"""Accounts are names, and names are accounts."""

from __future__ import annotations

import pytest

from domain.ledger.account import FEES_REVENUE, MERCHANT_KINDS, PENDING, Account, AccountKind, gateway_clearing


@pytest.mark.parametrize("detail", [None, "simulator", "a:b"])
@pytest.mark.parametrize("kind", AccountKind)
def test_a_name_reads_back(kind: AccountKind, detail: str | None) -> None:
    account = Account(kind, detail)
    assert Account.of(account.name) == account


@pytest.mark.parametrize("name", ["", "pendin", "PENDING", ":simulator"])
def test_other_names_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid AccountKind"):
        Account.of(name)


def test_names_as_they_are_stored() -> None:
    assert PENDING.name == "pending"
    assert FEES_REVENUE.name == "fees_revenue"
    assert gateway_clearing("simulator").name == "gateway_clearing:simulator"


def test_what_is_owed_to_a_merchant() -> None:
    assert {kind.value for kind in MERCHANT_KINDS} == {"pending", "available", "reserve"}
