"""What an expression needs, and where it is wrong."""

from __future__ import annotations

from datetime import timedelta

from domain.fraud.expression import ExpressionInvalid, Needs
from domain.fraud.velocity import Dimension, VelocityQuery


def test_what_two_expressions_need_together() -> None:
    hour = VelocityQuery(dimension=Dimension.CARD, window=timedelta(hours=1))
    day = VelocityQuery(dimension=Dimension.CARD, window=timedelta(days=1))
    one = Needs(variables=frozenset({"card.bin"}), velocities=frozenset({hour}), lists=frozenset({"a"}))
    other = Needs(variables=frozenset({"card.bin", "device.id"}), velocities=frozenset({day}))
    assert one | other == Needs(
        variables=frozenset({"card.bin", "device.id"}), velocities=frozenset({hour, day}), lists=frozenset({"a"})
    )
    assert one | Needs() == one


def test_a_refusal_says_where() -> None:
    refused = ExpressionInvalid("No.", line=2, column=7)
    assert (refused.line, refused.column, refused.message) == (2, 7, "No.")
    assert refused.path == ("expression",)
    assert refused.code == "INVALID_INPUT"
