"""A sealed number opens with its secret, in its own row, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.banks.number_vault import SecretNumberVault
from domain.kernel.errors import Unavailable
from domain.kernel.ids import new_uuid
from tests.builders.bank_accounts import IBAN, OTHER_IBAN, ROUTING, VAULT, a_bank_account, a_number
from tests.builders.moments import MORNING

OTHER = SecretNumberVault("another secret of another installation")


def test_it_opens_in_its_row() -> None:
    account = a_bank_account()
    assert VAULT.number_of(account) == IBAN
    assert IBAN.encode() not in account.sealed
    assert VAULT.seal(account.merchant_id, account.id, a_number()) != account.sealed


@pytest.mark.parametrize("name", ["id", "merchant_id"])
def test_it_opens_in_no_other_row(name: str) -> None:
    moved = replace(a_bank_account(), **{name: new_uuid(MORNING)})
    with pytest.raises(Unavailable, match="another secret key"):
        VAULT.number_of(moved)


def test_it_opens_with_no_other_secret_and_not_when_touched() -> None:
    account = a_bank_account()
    with pytest.raises(Unavailable):
        OTHER.number_of(account)
    touched = account.sealed[:-1] + bytes([account.sealed[-1] ^ 1])
    with pytest.raises(Unavailable):
        VAULT.number_of(replace(account, sealed=touched))
    with pytest.raises(Unavailable):
        VAULT.number_of(replace(account, sealed=touched[:20]))


def test_a_fingerprint_tells_a_merchants_accounts_apart_and_nothing_else() -> None:
    here, there = new_uuid(MORNING), new_uuid(MORNING)
    one = VAULT.fingerprint(here, a_number())
    assert one == SecretNumberVault("a secret that only the tests of bank accounts know").fingerprint(here, a_number())
    american = {"country": "US", "currency": "USD"}
    others = [
        VAULT.fingerprint(there, a_number()),
        OTHER.fingerprint(here, a_number()),
        VAULT.fingerprint(here, a_number(OTHER_IBAN, country="FR")),
        VAULT.fingerprint(here, a_number("12345678", bank_code=ROUTING, **american)),
        VAULT.fingerprint(here, a_number("12345678", bank_code="011401533", **american)),
    ]
    assert len({one, *others}) == 6
    assert {len(text) for text in (one, *others)} == {32}
