"""What expressions are of a payment: together, and each for itself when another fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.cel.language import DEEPEST
from adapters.cel.program import MOST_TOGETHER
from domain.fraud.expression import Facts, Failure
from domain.fraud.velocity import Dimension, VelocityFigures, VelocityQuery
from tests.adapters.cel.examples import DAY_BY_CARD, HOUR_BY_IP, LANGUAGE, VALUES, VELOCITIES, facts, result, results

FAILING = "1 / (payment.hour - payment.hour) == 1"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('card.country == "DE" && payment.amount_minor > 10000', True),
        ("payment.amount_minor > 12050", False),
        ("card.country != shipping.country", True),
        ('velocity("card", "24h").count == 3', True),
        ('velocity("card", "1d").sum_minor + payment.amount_minor == 42050', True),
        ('velocity("card", "1440m").distinct("email") == 2', True),
        ('velocity("card", "24h").distinct("ip") == 1', True),
        ('velocity("ip", "60m").count == 7', True),
        ('in_list("blocked_emails", customer.email)', True),
        ('in_list("allowed_emails", customer.email)', False),
        ('in_list("blocked_ips", ip.address) && !in_list("blocked_cards", card.fingerprint)', True),
        ('card.wallet == ""', True),
        ('customer.email.endsWith("@example.com") && customer.email.size() == 16', True),
        ('customer.email.matches("^m.*@example[.]com$")', True),
        ('customer.email.matches("^x")', False),
        ('customer.first_seen.getHours("Europe/Berlin") == 0', True),
        ('customer.first_seen < timestamp("2026-01-02T00:00:00Z")', True),
        ('customer.first_seen < timestamp("2026-01-02T00:00:00Z") && card.country == "DE"', True),
        ('customer.first_seen.getHours() == payment.hour + 10 && customer.email.matches("^m")', True),
        ("[1, 13].exists(hour, hour == payment.hour)", True),
        ("[1, 13].all(hour, hour == payment.hour)", False),
        ("[1, 13].exists_one(hour, hour == payment.hour)", True),
        ('{"DE": 20000, "FR": 100}[card.country] > payment.amount_minor', True),
        ('card.country in {"DE": 1}', True),
        ('(payment.hour < 6 ? "night" : "day") == "day"', True),
        ("-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3 && 7 % -2 == 1", True),
        ("1 / (payment.hour - payment.hour) == 1 || true", True),
        ("1 / (payment.hour - payment.hour) == 1 && false", False),
    ],
)
def test_whether_it_holds(expression: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    assert result(expression) is expected


def test_many_at_once_are_what_each_is_alone() -> None:
    expressions = [
        expression
        for hour in range(MOST_TOGETHER)
        for expression in (
            f"payment.hour == {hour}",
            f'customer.email.matches("^m{"a" * hour}") && payment.hour > {hour}',
            f"[{hour}, 1].exists(x, x == payment.hour)",
        )
    ]
    assert results(*expressions) == [result(expression) for expression in expressions]
    assert sum(result is True for result in results(*expressions)) == 1 + 2 + 1


def test_the_deepest_expressions_are_evaluated_together_too() -> None:
    nested = "string(" * 27 + "payment.hour" + ")" * 27 + ' == "13"'
    maps = '{"a":' * 11 + "payment.hour" + "}" * 11 + " == " + '{"a":' * 11 + "13" + "}" * 11
    macros = "".join(f"[1].all(x{depth}, " for depth in range(10)) + "payment.hour == 13" + ")" * 10
    assert DEEPEST == 76
    for expression in (nested, maps, macros):
        assert results(*[expression] * MOST_TOGETHER) == [True] * MOST_TOGETHER


@pytest.mark.parametrize(
    "other", ["payment.hour == 13", 'customer.email.matches("^m")', 'string(payment.hour) == "13"']
)
@pytest.mark.parametrize(
    "failing", [FAILING, '{"FR": 1}[card.country] == 1', "int(customer.email) == 1", "[1][payment.hour] == 1"]
)
def test_one_that_fails_fails_alone(failing: str, other: str) -> None:
    first, second, third = results(other, failing, other)
    assert first is third is True
    assert isinstance(second, Failure)
    assert second.message
    assert "INVALID_ARGUMENT" not in second.message


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (FAILING, "divide by zero"),
        ('{"x": 1}[customer.email] == 1', "the map has no such key"),
        ("int(customer.email) == 1", "cannot convert string to int"),
        ("timestamp(customer.email) == customer.first_seen", "String to Timestamp conversion failed"),
    ],
)
def test_a_failure_says_why_and_nothing_of_the_customer(expression: str, reason: str) -> None:
    assert result(expression) == Failure(reason)


def test_an_overflow_is_a_failure() -> None:
    most = 2**63 - 1
    for expression in (
        f"payment.amount_minor + {most} > 0",
        f"payment.amount_minor * {most} > 0",
        "-(payment.amount_minor - 9223372036854775807 - 12052) > 0",
    ):
        assert result(expression) == Failure("integer overflow")
    assert result(f"payment.amount_minor - {most} < 0") is True


def test_too_many_steps_are_a_failure_even_where_the_estimate_was_too_low(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.cel.language.MOST_COST", 10**9)
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    bomb = "".join(f"{ten}.all(x{depth}, " for depth in range(7)) + "true" + ")" * 7
    assert results("payment.hour == 13", bomb, "[1].exists(x, x == 1)") == [
        True,
        Failure("it takes too many steps"),
        True,
    ]


def test_what_nobody_knows_fails_only_where_it_is_asked() -> None:
    expressions = ("gateway.score > 50", "payment.hour == 13", 'gateway.score > 50 || customer.email.matches("m")')
    unknown = Failure("gateway.score is not known")
    assert results(*expressions) == [unknown, True, unknown]
    assert results(*expressions, of=facts(gateway__score=80)) == [True, True, True]


def test_a_velocity_that_nobody_counted_fails_only_where_it_is_asked() -> None:
    expressions = ('velocity("device", "24h").count > 0', 'velocity("card", "24h").distinct("device") > 0', "true")
    assert results(*expressions) == [
        Failure("the velocity by device is not known"),
        Failure("the velocity by card is not known"),
        True,
    ]


def test_nothing_known_at_all_is_a_failure_of_each() -> None:
    expressions = ["payment.hour == 13", 'in_list("blocked_ips", ip.address)', 'customer.email.matches("m")', "true"]
    known = LANGUAGE.compile(expressions).evaluate(Facts(values={}))
    assert known[3] is True
    nothing_listed = LANGUAGE.compile(expressions).evaluate(Facts(values={}, listed=frozenset({("a", "b")})))
    assert all(isinstance(each, Failure) for each in nothing_listed[:3])


def test_the_figures_may_come_in_any_order_and_with_more_than_was_asked() -> None:
    compiled = LANGUAGE.compile(['velocity("card", "24h").count == 3', 'velocity("ip", "1h").sum_minor == 70000'])
    turned = {query: VELOCITIES[query] for query in (DAY_BY_CARD, HOUR_BY_IP)}
    for velocities in (VELOCITIES, turned, VELOCITIES):
        assert compiled.evaluate(facts(velocities=velocities)) == [True, True]
    apart = {
        VelocityQuery(dimension=Dimension.CARD, window=timedelta(days=1)): VelocityFigures(count=3),
        HOUR_BY_IP: VELOCITIES[HOUR_BY_IP],
        DAY_BY_CARD: VELOCITIES[DAY_BY_CARD],
    }
    assert compiled.evaluate(facts(velocities=apart)) == [True, True]
    assert result('velocity("card", "24h").distinct("email") == 2', facts(velocities=apart)) is True


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    seen = VALUES["customer.first_seen"]
    assert isinstance(seen, datetime)
    elsewhere = facts(customer__first_seen=seen.astimezone(ZoneInfo("Asia/Kathmandu")))
    assert result('customer.first_seen == timestamp("2026-01-01T23:30:00Z")', elsewhere) is True
    assert result("customer.first_seen.getHours() == 23", elsewhere) is True


def test_a_fact_of_the_wrong_type_is_a_failure_of_those_that_ask_it() -> None:
    broken = facts(payment__hour="x", customer__email="\ud800")
    first, second, third = results("payment.hour > 1", 'customer.email.matches("a")', 'card.brand == "VISA"', of=broken)
    assert isinstance(first, Failure)
    assert isinstance(second, Failure)
    assert third is True


def test_no_expressions_have_no_results() -> None:
    assert LANGUAGE.compile([]).evaluate(facts()) == []
    assert LANGUAGE.compile([]).needs == []


def test_threads_do_not_disturb_each_other() -> None:
    compiled = LANGUAGE.compile(
        ["payment.hour > 11", 'string(payment.hour) > "11"', "100 / (payment.hour - 5) > 10", FAILING]
    )

    def one(hour: int) -> list[bool]:
        return [each is True for each in compiled.evaluate(facts(payment__hour=hour))]

    hours = [hour % 24 for hour in range(2000)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, hours))
    for hour, each in zip(hours, found, strict=True):
        assert each == [hour > 11, str(hour) > "11", hour != 5 and 100 // (hour - 5) > 10, False]


def test_one_that_runs_out_of_memory_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = LANGUAGE.compile(['string(payment.hour) == "13"', "payment.hour == 13", "double(payment.hour) > 1.0"])

    class Culprit:
        def eval(self, activation: object) -> None:
            raise MemoryError

    (chunk,) = compiled._chunks
    monkeypatch.setattr(compiled, "_chunks", [type(chunk)(chunk.indexes, Culprit())])  # pyright: ignore[reportArgumentType]
    monkeypatch.setitem(compiled._alone, 0, Culprit())  # pyright: ignore[reportArgumentType]
    assert compiled.evaluate(facts()) == [Failure("MemoryError"), True, True]
