"""How many steps an expression may take."""

from __future__ import annotations

import pytest

from adapters.cel.cost import Estimate, Excessive
from adapters.cel.syntax import STRING, Call, Constant, Tree, read
from domain.fraud.expression import MOST_COST
from tests.adapters.cel.examples import LANGUAGE

# As long as it may be, without being nested too deeply.
LONG = f"({' + '.join(['(' + '+'.join(['customer.email'] * 6) + ')'] * 6)})"


def steps(expression: str) -> int:
    return Estimate(read(LANGUAGE._env.compile(expression).serialize())).steps()


def test_everyday_rules_are_far_below_the_limit() -> None:
    countries = ", ".join(f'"{first}{second}"' for first in "ABCDEFGHIJ" for second in "ABCDEFGHIJKLMNOPQRST")
    assert steps('card.country != "DE" && payment.amount_minor > 50000') < 10
    assert steps(f"card.country in [{countries}]") < 500
    assert steps('customer.email.matches("^a+@example[.]com$")') < 600
    endings = ", ".join(f'".{name}"' for name in range(50))
    assert steps(f"[{endings}].exists(end, customer.domain.endsWith(end))") < MOST_COST / 5


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        ("[1].all(x, x > 1)", "[1, 2, 3].all(x, x > 1)"),
        ("[1, 2].all(x, x > 1)", "[1, 2].all(x, [1, 2].all(y, y > x))"),
        ("[1, 2].map(x, x) == []", "[1, 2].map(x, x).map(x, x) == []"),
        ("[[1], [2]].all(x, x.all(y, y > 1))", "[[1], [2, 3]].all(x, x.all(y, y > 1))"),
        ("([1] + [2]).all(x, x > 1)", "([1] + [2, 3]).all(x, x > 1)"),
        ("(true ? [1] : [2]).all(x, x > 1)", "(true ? [1] : [2, 3]).all(x, x > 1)"),
        ("{1: 1}.all(x, x > 1)", "{1: 1, 2: 2}.all(x, x > 1)"),
        ("1 in [1, 2].filter(x, x > 1)", "1 in [1, 2, 3].filter(x, x > 1)"),
        ('card.bin + "a" == ""', 'card.bin + "a" + "b" == ""'),
    ],
)
def test_more_to_go_through_are_more_steps(shorter: str, longer: str) -> None:
    assert steps(shorter) < steps(longer)


def test_comprehensions_within_each_other_multiply() -> None:
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    assert steps(f"{ten}.all(x, {ten}.all(y, {ten}.all(z, x > y)))") > 1000


@pytest.mark.parametrize(
    "expression",
    [
        "[1].map(x, [x]).all(y, y.all(z, z > 1))",
        "(true ? [1].map(x, [x])[0] : [1]).all(x, x > 1)",
        "1 in [[1]].map(x, x)[0]",
        '[].all(x, (x + "a").contains(x) && x.matches("a"))',
        "[].map(x, x[0] + [1])[0].all(y, y > 1)",
    ],
)
def test_elements_carry_their_sizes(expression: str) -> None:
    assert steps(expression) < 200


def test_texts_and_lists_that_double_are_refused_or_counted() -> None:
    assert steps('["a"].map(x, x + x).map(x, x + x).map(x, x + x) != []') < 100
    doubled = "".join(".map(x, x+x+x+x+x+x+x+x)" for _ in range(8))
    with pytest.raises(Excessive, match="longer than 10000 characters"):
        steps(f'["{"a" * 500}"]{doubled}.size() > 0')
    with pytest.raises(Excessive, match="longer than 10000 characters"):
        steps(f'{LONG} + {LONG} == ""')
    assert steps(f"[[1]]{doubled}.size() > 0") > MOST_COST
    nested = "".join(".map(x, [x,x,x,x,x,x,x,x])" for _ in range(8))
    assert steps(f"[1]{nested} == [1]{nested}") > MOST_COST


def test_regular_expressions_cost_by_their_size_and_their_text() -> None:
    assert steps('card.bin.matches("a{50}")') < steps('card.bin.matches("[^a]{40}")')
    assert steps('"a".matches("a{50}")') < steps('card.bin.matches("a{50}")')
    assert steps('card.bin.matches(".{49}$")') > MOST_COST * 4 / 5
    assert steps('customer.email.contains("a")') < steps('(customer.email+customer.email).contains("a")')
    assert steps(f"{LONG}.contains({LONG})") > 1000
    with pytest.raises(Excessive, match="too large"):
        steps('customer.email.matches(".{90}")')


def test_what_has_no_known_size_is_told() -> None:
    unknown = Call(id=1, function="new", arguments=(Constant(2, STRING, b"a"),))
    with pytest.raises(Excessive, match="cannot be told beforehand"):
        Estimate(Tree(root=unknown)).steps()
