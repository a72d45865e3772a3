"""How amounts and moments travel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.graph import Graph


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.90", "EUR", "1990"),
        ("1500", "JPY", "1500"),
        ("1.250", "KWD", "1250"),
        ("0.01", "EUR", "1"),
        ("5", "EUR", "500"),
    ],
)
async def test_amounts_have_exactly_the_digits_of_their_currency(
    lasting_graph: Graph, amount: str, currency: str, minor: str
) -> None:
    answer = await lasting_graph.change(
        "createPayment",
        idempotencyKey=f"{amount} {currency}",
        amount={"amount": amount, "currency": currency},
        paymentMethod={"token": "tok_visa"},
    )
    shown = {"5": "5.00"}.get(amount, amount)
    assert answer["payment"]["amount"] == {"amount": shown, "minorUnits": minor, "currency": currency}
    assert answer["payment"]["amountCaptured"] == answer["payment"]["amount"]
