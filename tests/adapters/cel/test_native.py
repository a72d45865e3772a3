"""What is evaluated in Python is what the library makes of it, and what the language means."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.cel.native import Translation, Untranslatable, alone, quotient, remainder, whole
from adapters.cel.slots import Placing
from domain.fraud.expression import Failure
from domain.fraud.velocity import VelocityFigures
from tests.adapters.cel.examples import DAY_BY_CARD, LANGUAGE, LISTS, facts
from tests.adapters.cel.grammar import RULES, Broken, Said

if TYPE_CHECKING:
    from adapters.cel.program import CelExpressions
    from domain.fraud.expression import Facts


def payment_of(hour: int, amount: int, country: str, email: str, seen: int) -> Facts:
    """A payment that was seen so often; its e-mail address is listed if that was an odd number of times."""
    return facts(
        velocities={DAY_BY_CARD: VelocityFigures(count=seen, sum_minor=amount // 2)},
        listed=frozenset({("blocked_emails", email)}) if seen % 2 else frozenset(),
        payment__hour=hour,
        payment__amount_minor=amount,
        card__country=country,
        customer__email=email,
    )


_PAYMENTS = st.builds(
    payment_of,
    st.integers(0, 23),
    st.integers(0, 10**12),
    st.sampled_from(["", "DE", "FR"]),
    st.sampled_from(["", "mary@example.com", "é😀@example.com"]),
    st.integers(0, 20),
)


def in_library(compiled: CelExpressions, payment: Facts) -> list[bool | Failure]:
    """What the library says of each, whether or not there is a Python function for it."""
    row = compiled._row(payment)
    return [compiled._by_library(index, row) for index in range(len(compiled.needs))]


def meant(said: Said, payment: Facts) -> bool | None:
    try:
        return said.meaning(payment)
    except Broken:
        return None


def without_reasons(results: list[bool | Failure]) -> list[bool | None]:
    return [None if isinstance(each, Failure) else each for each in results]


@settings(max_examples=200, deadline=None)
@given(rules=st.lists(RULES, min_size=1, max_size=4), payment=_PAYMENTS)
def test_python_and_the_library_say_what_is_meant(rules: list[Said], payment: Facts) -> None:
    for rule in rules:
        LANGUAGE.check(rule.text, LISTS)
    compiled = LANGUAGE.compile([rule.text for rule in rules])
    evaluated = list(compiled.evaluate(payment))
    assert without_reasons(evaluated) == [meant(rule, payment) for rule in rules]
    assert evaluated == in_library(compiled, payment)


@pytest.mark.parametrize(
    ("expression", "native"),
    [
        ('card.country in ["DE", "FR"] && payment.amount_minor + 1 > 3', True),
        ('velocity("card", "24h").count > 2 || in_list("blocked_ips", ip.address)', True),
        ("card.country.startsWith('D') ? true : payment.hour % 2 == 0", True),
        ('customer.email.matches("a")', False),
        ('customer.first_seen > timestamp("2026-01-01T00:00:00Z")', False),
        ("double(payment.hour) > 1.0", False),
        ("[1].exists(x, x == payment.hour)", False),
        ('card.country in {"DE": 1}', False),
        ("1.5 in [1.5]", False),
        ("[1] == [1]", False),
        ('card.country + "" == ""', False),
    ],
)
def test_only_the_plain_part_is_translated(expression: str, native: bool) -> None:  # noqa: FBT001 - a parameter
    tree = LANGUAGE._tree(expression)
    translation = Translation(tree, Placing([tree]))
    if native:
        assert isinstance(translation.run(), ast.expr)
    else:
        with pytest.raises(Untranslatable):
            translation.run()


def test_what_an_expression_says_never_becomes_code() -> None:
    hostile = "\"__import__('os').system('true')\" == card.country"
    tree = LANGUAGE._tree(hostile)
    function = alone(Translation(tree, Placing([tree])).run(), 1)
    assert function("DE") is False
    assert function("__import__('os').system('true')") is True
    with pytest.raises(NameError):
        alone(ast.Name("open", ast.Load()), 0)()


@given(st.integers(), st.integers())
def test_integers_have_64_bits_and_division_cuts_off(one: int, other: int) -> None:
    if not -(2**63) <= one < 2**63:
        with pytest.raises(OverflowError):
            whole(one)
        return
    assert whole(one) == one
    if other == 0:
        with pytest.raises(ZeroDivisionError):
            quotient(one, other)
        return
    if (one, other) == (-(2**63), -1):
        return
    assert quotient(one, other) * other + remainder(one, other) == one
    assert abs(remainder(one, other)) < abs(other)
    assert remainder(one, other) == 0 or (remainder(one, other) < 0) == (one < 0)


def test_the_one_quotient_that_has_65_bits() -> None:
    with pytest.raises(OverflowError):
        quotient(-(2**63), -1)
