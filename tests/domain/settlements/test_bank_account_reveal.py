"""Whoever reads a number says what for."""

from __future__ import annotations

import pytest

from domain.approvals.party import party_of
from domain.kernel.errors import Invalid
from domain.settlements.bank_account_reveal import new_reveal
from tests.builders.bank_accounts import a_bank_account
from tests.builders.identity import a_staff_actor
from tests.builders.moments import after


def test_a_reading() -> None:
    account, party = a_bank_account(), party_of(a_staff_actor())
    reveal = new_reveal(account, party, "To call the bank", after(5))
    assert (reveal.merchant_id, reveal.bank_account_id) == (account.merchant_id, account.id)
    assert (reveal.revealed_by, reveal.reason, reveal.revealed_at) == (party, "To call the bank", after(5))


@pytest.mark.parametrize("reason", ["", " ", "x" * 256, "4242424242424242"])
def test_a_reason_is_a_text(reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        new_reveal(a_bank_account(), party_of(a_staff_actor()), reason, after(5))
    assert caught.value.path == ("reason",)
