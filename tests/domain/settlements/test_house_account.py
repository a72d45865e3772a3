"""The company's own bank accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.kernel.errors import Invalid
from domain.settlements.house_account import ensure_distinct
from domain.settlements.schedule import BankCalendar
from tests.builders.payment_files import EURO_ACCOUNT, PESO_ACCOUNT


def test_the_ledger_calls_it_by_its_name_and_its_day_is_its_bank_s() -> None:
    assert EURO_ACCOUNT.ledger_account.name == "bank:eur-main"
    assert EURO_ACCOUNT.zone.key == "Europe/Brussels"
    zones = {replace(EURO_ACCOUNT, calendar=calendar).zone.key for calendar in BankCalendar}
    assert len(zones) == len(BankCalendar)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Main account"),
        ("name", "a" * 41),
        ("holder", ""),
        ("holder", "a" * 71),
        ("number", "DE89 3704"),
        ("number", "1" * 35),
        ("bic", "COBADEFFXX"),
        ("routing", "021 000 021"),
        ("currencies", ()),
        ("currencies", ("EUR", "EUR")),
        ("currencies", ("Euro",)),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_field(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        replace(EURO_ACCOUNT, **{field: value})
    assert refused.value.path == (field,)


def test_payouts_have_one_way_out() -> None:
    ensure_distinct([EURO_ACCOUNT, PESO_ACCOUNT])
    for twin in (
        replace(PESO_ACCOUNT, name=EURO_ACCOUNT.name),
        replace(PESO_ACCOUNT, number=EURO_ACCOUNT.number),
        replace(PESO_ACCOUNT, currencies=("ARS", "EUR")),
    ):
        with pytest.raises(Invalid, match="same"):
            ensure_distinct([EURO_ACCOUNT, twin])
