"""Whatever is handed in as an expression: it is checked, or refused with a place within it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.fraud.expression import ExpressionInvalid, Facts
from domain.fraud.variables import VARIABLES
from tests.adapters.cel.examples import LANGUAGE, LISTS, facts
from tests.adapters.cel.grammar import RULES, Said

_PIECES = [
    *(variable.name for variable in VARIABLES),
    *('velocity("card", "24h")', ".count", ".sum_minor", '.distinct("email")', 'in_list("blocked_ips", ip.address)'),
    *("velocity", "in_list", "distinct", "has", "dyn", "type", "size", "matches", "timestamp", "duration", "getHours"),
    *("==", "!=", "<", ">=", "&&", "||", "!", "?", ":", "+", "-", "*", "/", "%", "in", "=", "&", ";", "#", "`", "@"),
    *("(", ")", "[", "]", "{", "}", ",", ".", "..", '"', "'", '"""', "//", "\n", "\r\n", "\t", " ", "\\", "\x00"),
    *("1", "-1", "0", "1.5", "1u", "9223372036854775808", "1e400", "true", "false", "null", "b'a'", "r'\\d'", "x", "é"),
    *(
        ".all(",
        ".exists(",
        ".map(",
        ".filter(",
        ".exists_one(",
        "[1, 2]",
        "x, ",
        "x > 1)",
        "'DE'",
        '"a"',
        "\ud800",
        "😀",
    ),
]


def checked(expression: str) -> bool:
    """Whether it stands; if not, then for a reason that is fit to be shown."""
    try:
        LANGUAGE.check(expression, LISTS)
    except ExpressionInvalid as refused:
        lines = expression.split("\n")
        assert 1 <= refused.line <= len(lines)
        assert 1 <= refused.column <= len(lines[refused.line - 1]) + 1
        assert refused.message
        assert len(refused.message) < 400
        assert not {"INVALID_ARGUMENT", "<input>", "object at 0x", "Error("} & set(refused.message.split())
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text(expression: str) -> None:
    checked(expression)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
@example("1 + \x85")
@example("''.x")
@example("[].x(")
@example("{}.x")
@example("{1: }")
@example("true ? [1] : {}")
@example("[1].map(x, y, z)")
def test_any_heap_of_pieces(expression: str) -> None:
    if checked(expression):
        assert len(LANGUAGE.compile([expression]).evaluate(facts())) == 1
        assert len(LANGUAGE.compile([expression]).evaluate(Facts(values={}))) == 1


@settings(max_examples=100, deadline=None)
@given(RULES, st.data())
def test_a_wrong_character_in_a_right_expression(rule: Said, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rule.text)))
    wrong = data.draw(st.sampled_from(_PIECES))
    expression = rule.text[:place] + wrong + rule.text[place + data.draw(st.integers(0, 3)) :]
    if checked(expression):
        assert len(LANGUAGE.compile([expression]).evaluate(facts())) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "[" + ",".join("1" * 990) + "].map(x, x)",
        "".join(f"[1,2,3,4,5,6,7,8,9].map(x{depth}, " for depth in range(12)) + "1" + ")" * 12 + " == []",
        "'" + "a" * 1900 + "'.matches('(a*)*b')",
        "x" * 2000,
        "1" * 2000,
        "-" * 1999 + "1",
        "!" * 1996 + "true",
        "[" * 2000,
        "a." * 999 + "b",
        "true?" * 390 + "true" + ":true" * 9,
        '"' * 2000,
        "(1==1)&&" * 249 + "true",
        "1+" * 990 + "1 == 1",
        "card.country" + "+card.country" * 150 + ' == ""',
        "\n" * 1999 + "1",
    ],
    ids=lambda expression: expression[:12],
)
def test_what_could_keep_a_reader_busy(expression: str) -> None:
    if checked(expression):
        assert len(LANGUAGE.compile([expression]).evaluate(facts())) == 1
