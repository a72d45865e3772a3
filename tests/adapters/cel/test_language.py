"""What is said of an expression before there is a payment: what it needs, or where and why it cannot stand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fraud.expression import LONGEST_EXPRESSION, MOST_COST, ExpressionInvalid, Needs
from domain.fraud.velocity import Dimension, VelocityQuery
from tests.adapters.cel.examples import LANGUAGE, LISTS, facts, result


def refusal(expression: str) -> ExpressionInvalid:
    with pytest.raises(ExpressionInvalid) as refused:
        LANGUAGE.check(expression, LISTS)
    return refused.value


def test_an_expression_needs_what_it_names() -> None:
    expression = (
        'card.country != "DE" && velocity("card", "24h").distinct("email") > 2 || velocity("card", "1d").count > 9'
        ' || velocity("ip", "10m").sum_minor > payment.amount_minor || in_list("blocked_bins", card.bin)'
    )
    day = VelocityQuery(dimension=Dimension.CARD, window=timedelta(days=1), distinct=frozenset({Dimension.EMAIL}))
    minutes = VelocityQuery(dimension=Dimension.IP, window=timedelta(minutes=10))
    assert LANGUAGE.check(expression, LISTS) == Needs(
        variables=frozenset({"card.country", "payment.amount_minor", "card.bin"}),
        velocities=frozenset({day, minutes}),
        lists=frozenset({"blocked_bins"}),
    )
    assert LANGUAGE.compile([expression, "true"]).needs == [LANGUAGE.check(expression, LISTS), Needs()]


def test_the_distinct_values_of_a_window_are_asked_for_together() -> None:
    velocity = 'velocity("card", "24h")'
    needs = LANGUAGE.check(f'{velocity}.distinct("ip") > 1 && {velocity}.distinct("email") > 1', LISTS)
    (query,) = needs.velocities
    assert query.distinct == {Dimension.IP, Dimension.EMAIL}


def test_what_only_looks_like_a_question_is_none() -> None:
    expression = """
        // velocity("email", "1h").count and payment.nonsense
        'velocity("ip", "1h").count' != customer.email
            && velocity ( "card" ,   // the card's
                '24h' )
            . count > 2
        """
    needs = LANGUAGE.check(expression, LISTS)
    assert needs.variables == {"customer.email"}
    assert [query.dimension for query in needs.velocities] == [Dimension.CARD]
    assert result(expression) is True


@pytest.mark.parametrize(
    ("expression", "line", "column", "message"),
    [
        # Names.
        ("payment.amonut > 1", 1, 1, "payment.amonut: no such variable; did you mean payment.amount_minor?"),
        ("true &&\n  amount > 1", 2, 3, "did you mean payment.amount_minor?"),
        ("'é😀' == card.countryy", 1, 9, "did you mean card.country?"),
        ("true\r\n&& qqqqq == 1", 2, 4, "qqqqq: no such variable; the documentation"),
        ("card == 1", 1, 1, "there are card.bin, card.brand"),
        ("card['country'] == ''", 1, 1, "there are card.bin, card.brand"),
        ("card.country.size == 1", 1, 1, "card.country.size: no such variable"),
        ('.card.country == ""', 1, 2, "did you mean card.country?"),
        ("customer.email.startWith('a')", 1, 16, "did you mean startsWith?"),
        ("foo(3)", 1, 1, "foo: no such function"),
        ("dyn(1) == 1", 1, 1, "dyn: no such function"),
        ("[1].all(1 == 1)", 1, 5, "all is written after a list"),
        ("has(card.country)", 1, 4, "has() is not needed"),
        ("package == 1", 1, 1, '"package" has no meaning here'),
        ("[1, 2].exists(card, card > 1)", 1, 14, '"card" begins the names of variables'),
        # Velocities.
        ('velocity("card", "24h").cuont > 3', 1, 24, "velocity has no cuont; did you mean count?"),
        ('velocity("card", "24h").count() > 3', 1, 25, "Write .count without brackets."),
        ('velocity("card", "24h") > 3', 1, 1, "After velocity(...), say what of it"),
        ('velocity("card", "24h")["count"] > 3', 1, 1, "After velocity(...), say what of it"),
        ('velocity("crad", "24h").count > 3', 1, 10, "did you mean card?"),
        ('velocity(card.brand, "24h").count > 3', 1, 14, 'Give one of "card", "email"'),
        ('velocity("card", "31d").count > 3', 1, 18, "Give a window from 1 minute to 30 days"),
        ('velocity("card", "24" + "h").count > 3', 1, 23, "Give a window"),
        ('velocity("card").count > 3', 1, 1, "velocity takes a dimension and a window"),
        ('velocity("card", "24h").distinct("card") > 3', 1, 34, "count another dimension"),
        ('velocity("card", "24h").distinct("emial") > 3', 1, 34, "did you mean email?"),
        ('velocity("card", "24h").distinct(card.brand) > 3', 1, 38, 'Give one of "card", "email"'),
        ('customer.email.distinct("card") > 3', 1, 16, "Write distinct after a velocity"),
        # Lists.
        ('in_list("blocked_emials", customer.email)', 1, 9, "did you mean blocked_emails?"),
        ('in_list("nonsense", customer.email)', 1, 9, "create it first"),
        ('in_list("blocked_emails", customer.domain)', 1, 35, "look there for one of customer.email."),
        ('in_list("blocked_emails", "mary@example.com")', 1, 27, "look there for one of customer.email."),
        ("in_list(customer.email, customer.email)", 1, 17, "Give the name of the list as a literal."),
        ('in_list("blocked_emails")', 1, 1, "in_list takes the name of a list and a variable"),
        # Types.
        ("card.country == 3", 1, 14, '"==" does not work on (string, int)'),
        ("payment.amount_minor > 1.5", 1, 22, "compare values of the same type"),
        ('payment.hour + "a" == ""', 1, 14, "add integers to integers"),
        ("payment.hour - card.bin > 1", 1, 14, "calculate with values of the same type"),
        ("payment.hour && true", 1, 14, "both sides must be true or false"),
        ("payment.hour", 1, 1, "this is of type int; compare it"),
        ('card.country.startsWith(1) || card.brand.contains("A")', 1, 24, "startsWith does not work on"),
        ('true ? 1 : "a"', 1, 6, "both results must be of one type"),
        ('card.country in [1, "DE"]', 1, 17, "must be of one type"),
        ('{"DE": 1, 2: 2}["DE"] == 1', 1, 1, "must be of one type"),
        ("card.country != null", 1, 17, "Nothing is ever null"),
        ("payment.hour > 1u", 1, 16, "Write the number without u"),
        ('b"a" == b"a"', 1, 1, "Write the text without b"),
        ("card.country.exists(x, true)", 1, 5, "Only lists and maps have elements"),
        ("getHours(customer.first_seen) == 1", 1, 9, "getHours is not used like this"),
        ('{"DE": 1}.DE == 1', 1, 10, 'maps are asked by ["key"]'),
        ("[1].exists(x, x.y == 1)", 1, 16, "a plain value here, without fields"),
        # Literals.
        ('customer.email.matches("[")', 1, 24, '"[" cannot be read; give a regular expression'),
        ("customer.email.matches(card.bin)", 1, 28, "as a literal here"),
        ('matches(customer.email, "(")', 1, 25, "cannot be read"),
        ('customer.first_seen > timestamp("yesterday")', 1, 33, "give a moment such as"),
        ('duration("1x") > duration("1h")', 1, 10, "give a time span such as"),
        ('customer.first_seen.getHours("Berlin/Europe") > 1', 1, 30, "give a time zone such as"),
        ("customer.first_seen.getHours(card.country) > 1", 1, 34, "as a literal here"),
        ('int("one") == 1', 1, 5, "give an integer such as"),
        ("payment.amount_minor / 0 == 1", 1, 24, "Nothing can be divided by 0."),
        ("payment.amount_minor > 9223372036854775808", 1, 24, "integers have 64 bits"),
        ('{"a": 1, "a": 2}["a"] == 1', 1, 10, "stands in the map already"),
        ("{card.country: 1}[card.country] == 1", 1, 6, "Give the keys of a map as literals."),
        ("google.protobuf.Timestamp{seconds: 1} == customer.first_seen", 1, 1, "There are no messages here"),
        ('card.fingerprint == "4111 1111 1111 1111"', 1, 1, "card numbers are never accepted"),
        # Syntax.
        ("", 1, 1, "must not be empty"),
        ("1 +", 1, 4, "The expression ends too early"),
        ("(true", 1, 6, "is missing here"),
        ("true)", 1, 5, '")" cannot stand here'),
        ('card.country = "DE"', 1, 14, 'Compare with "==".'),
        ("true & false", 1, 6, 'Write "&&".'),
        ("true and false", 1, 6, 'Write "&&" for "and".'),
        ('card.country == "DE', 1, 17, "This text is never closed"),
        ("true; false", 1, 5, '";" is not part of the language'),
        ("true \x00", 1, 1, "U+0000"),
        ("card.country == '\ud800'", 1, 1, "surrogate"),
        ("[1].exists(x.y, true)", 1, 13, "Give the element a simple name"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_place(expression: str, line: int, column: int, message: str) -> None:
    refused = refusal(expression)
    assert message in refused.message
    assert (refused.line, refused.column) == (line, column)
    assert refused.path == ("expression",)


@pytest.mark.parametrize(
    "expression",
    [
        'customer.first_seen.getHours("Europe/Berlin") < 6',
        'customer.first_seen < timestamp("2026-01-04T00:00:00Z") - duration("36h")',
        'customer.domain.matches("(?i)^EX.*[.](com|org)$")',
        "[10, 20, 30].exists(limit, payment.amount_minor > limit * 100)",
        "[[1, 2], [3]].all(row, row.all(x, x in [1, 2, 3]))",
        '{"DE": 50000, "FR": 20000}["DE"] > payment.amount_minor',
        '["a", "b"].map(x, x + card.country).filter(x, x.startsWith("a")).size() == 1',
        'size(customer.email) > 6 && int("42") + int(1.5) == 43',
        "double(payment.amount_minor) * 1.21 > 100.0",
        r"""!(card.wallet in ['APPLE_PAY', "GOOGLE_PAY", r'\d'])""",
        "gateway.score >= 80",
        "customer.first_seen.getMonth() == 0 && customer.first_seen.getDate() == 1",
        'customer.first_seen.getHours("+02:00") == 1 && duration("90m").getHours() == 1',
        "int(1.9) == 1 && int(-1.9) == -1",
        "[1, 2].exists(x, [1, 2].exists(x, x == 2))",
    ],
)
def test_what_the_language_offers(expression: str) -> None:
    assert result(expression, of=facts(gateway__score=80)) is True


def test_the_longest_expression_is_read_and_a_longer_one_is_not() -> None:
    head = "card.country == '"
    longest = head + "x" * (LONGEST_EXPRESSION - len(head) - 1) + "'"
    assert result(longest) is False
    assert "at most 2000 characters" in refusal(longest + " ").message


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 900 + "true" + ")" * 900,
        "-(" * 40 + "payment.hour" + ")" * 40 + " > 1",
        "[" * 60 + "]" * 60 + " == []",
        "".join(f"[1].all(x{depth}, " for depth in range(40)) + "true" + ")" * 40,
        '{"a":' * 26 + "1" + "}" * 26 + " == " + '{"a":' * 26 + "1" + "}" * 26,
    ],
)
def test_what_is_nested_too_deeply_is_refused(expression: str) -> None:
    assert "nested too deeply" in refusal(expression).message


def test_a_bomb_is_refused_before_it_is_lit() -> None:
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    bomb = "".join(f"{ten}.all(x{depth}, " for depth in range(8)) + "true" + ")" * 8
    assert f"{MOST_COST} are the most" in refusal(bomb).message


def test_patterns_are_bounded_before_anything_compiles_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(kind: str, text: str) -> bool:
        pytest.fail(f"{kind}: {text}")

    monkeypatch.setattr("adapters.cel.inspection.readable", never)
    assert "at most 100 times" in refusal('customer.email.matches("(.{200}){5}$")').message
    assert "too many characters" in refusal(r"customer.email.matches('\\pL')").message


def test_only_some_regular_expressions_stand_in_one_expression() -> None:
    several = " || ".join(['customer.email.matches("a")'] * 5)
    LANGUAGE.check(several, LISTS)
    refused = refusal(f'{several} || customer.email.matches("b")')
    assert "At most 5 regular expressions" in refused.message


def test_texts_that_double_are_refused() -> None:
    doubled = "".join(".map(x, x+x+x+x+x+x+x+x)" for _ in range(8))
    assert "longer than 10000 characters" in refusal(f'["{"a" * 500}"]{doubled} == []').message


def test_the_same_expressions_are_compiled_once_while_they_are_held() -> None:
    held = LANGUAGE.compile(["payment.hour == 13", "true"])
    assert LANGUAGE.compile(["payment.hour == 13", "true"]) is held
    assert LANGUAGE.compile(["true", "payment.hour == 13"]) is not held


def test_what_is_too_much_by_now_compiles_no_more() -> None:
    with pytest.raises(ExpressionInvalid):
        LANGUAGE.compile(['customer.email.matches("(.{200}){5}$")'])


def test_an_expression_that_was_never_checked_may_not_compile() -> None:
    for expression in ("payment.nonsense == 1", "1 +", "payment.hour"):
        with pytest.raises(ExpressionInvalid):
            LANGUAGE.compile(["true", expression])
