"""What a bank is told of one payout."""

from __future__ import annotations

from domain.kernel.ids import Prefix, format_id
from domain.settlements.account_number import AccountScheme
from domain.settlements.payment_order import payment_order
from tests.builders.bank_accounts import IBAN, ROUTING, VAULT, a_bank_account, a_number
from tests.builders.payouts import a_payout


def test_it_follows_from_the_payout_and_where_it_goes() -> None:
    payout, account = a_payout(), a_bank_account()
    order = payment_order(payout, account, VAULT.number_of(account))
    assert (order.amount, order.end_to_end_id) == (payout.amount, payout.end_to_end_id)
    assert (order.holder, order.scheme, order.number) == (account.holder_name, AccountScheme.IBAN, IBAN)
    assert (order.routing, order.branch) == (None, None), "an IBAN says its bank itself"
    assert order.remittance_text == f"Payout {format_id(Prefix.PAYOUT, payout.id)}"
    assert IBAN not in repr(order)


def test_a_bank_that_stands_beside_the_number_is_told() -> None:
    american = a_bank_account(number=a_number("987654321", country="US", currency="USD", bank_code=ROUTING))
    order = payment_order(a_payout(), american, "987654321")
    assert (order.routing, order.branch) == (ROUTING, None)
