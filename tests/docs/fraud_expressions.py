"""docs/fraud-expressions.md: what the expressions of fraud rules can ask, as tables, and examples that compile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.cel.vocabulary import DISTINCT, FUNCTIONS, IN_LIST, MACROS, OPERATORS, VELOCITY
from domain.fraud.expression import LONGEST_EXPRESSION, MOST_COST
from domain.fraud.list_kind import KIND_OF_VARIABLE, STANDARD_LISTS, ListKind
from domain.fraud.rule import AFTER_AUTHORIZATION
from domain.fraud.variables import VARIABLES
from domain.fraud.velocity import LONGEST_WINDOW, MOST_COUNTED, Dimension
from tests.docs.markdown import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAGE = ROOT / "docs" / "fraud-expressions.md"
_DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.CARD: "`card.fingerprint`",
    Dimension.EMAIL: "`customer.email`",
    Dimension.IP: "`ip.address`",
    Dimension.CUSTOMER: "`customer.id`",
    Dimension.DEVICE: "`device.id`",
    Dimension.MERCHANT: "`payment.merchant`",
}
EXAMPLES: Mapping[str, str] = {
    "A large payment with a card from elsewhere": (
        "payment.amount_minor > 50000 && card.country != payment.merchant_country"
    ),
    "The same card again and again, or under many addresses": (
        'velocity("card", "1h").count >= 5 || velocity("card", "24h").distinct("email") >= 3'
    ),
    "More than 1,000.00 within a day, this payment included": (
        'velocity("customer", "24h").sum_minor + payment.amount_minor > 100000'
    ),
    "A new customer who orders at night": (
        'customer.account_age_days == 0 && (payment.hour < 6 || payment.hour >= 23) && customer.id != ""'
    ),
    "A weekend, and goods that go elsewhere than the bill": (
        "payment.weekday >= 6 && shipping.country != billing.country"
    ),
    "A domain of throw-away addresses, or one on a list": (
        '[".example.net", "@example.org"].exists(name, customer.email.endsWith(name))'
        ' || in_list("blocked_domains", customer.domain)'
    ),
    "An address of letters and digits that nobody would choose": 'customer.email.matches("^[a-z]{2}[0-9]{6,}@")',
    "A limit for each country, where there is one": (
        'card.country in {"BR": 20000, "MX": 15000} && payment.amount_minor > {"BR": 20000, "MX": 15000}[card.country]'
    ),
    "A customer of the first days, whatever they buy": (
        'customer.first_seen < timestamp("2026-01-01T00:00:00Z") || in_list("allowed_customers", customer.id)'
    ),
    "What the gateway thinks of it": "gateway.score >= 75",
}


def expressions_page() -> str:
    """The whole page."""
    parts = (_INTRODUCTION, _examples(), _variables(), _velocity(), _lists(), _language(), _LIMITS)
    return "\n".join(parts)


_INTRODUCTION = """\
# Expressions of fraud rules

Generated from [`domain/fraud/`](../domain/fraud/) and [`adapters/cel/`](../adapters/cel/) by
`.venv/bin/python -m tests.docs.generated --write`; do not edit.

A rule is one expression that is true or false of a payment. The language is the
[Common Expression Language](https://cel.dev), with the variables and functions below. The query
`checkFraudRule` says what is wrong with an expression, at which line and column, before anything is saved.
"""
_LIMITS = f"""\
## Limits

- An expression has at most {LONGEST_EXPRESSION} characters and may take at most {MOST_COST} steps. The steps are
  estimated beforehand: a macro takes those of its inside for each element, so it goes through lists that are written
  out, and through what `map` and `filter` make of them.
- Expressions are nested about thirty levels deep at most.
- Regular expressions, moments, durations, time zones, dimensions, windows and names of lists are literals.
- Integers have 64 bits. An overflow, a division by zero, a key that a map has not and a text that is no number are
  failures: the rule does nothing and is recorded as failed, unless the rest of an `&&` or `||` decides without it.
- There is no `null`, no `has()`, no `dyn()`: every variable always has a value of its type.
- A text has at most 10,000 characters while it is evaluated; a regular expression is charged by its size and by the
  length of the text that it is asked of.
"""


def _examples() -> str:
    told = "".join(f"{what}:\n\n```cel\n{expression}\n```\n\n" for what, expression in EXAMPLES.items())
    return f"## Examples\n\n{told}".rstrip() + "\n"


def _variables() -> str:
    rows = [(f"`{each.name}`", each.type, each.meaning, _unknown(each.unknown)) for each in VARIABLES]
    actions = " and ".join(sorted(AFTER_AUTHORIZATION))
    personal = ", ".join(f"`{each.name}`" for each in VARIABLES if each.personal)
    return (
        f"## Variables\n\n{_table(('Variable', 'Type', 'Meaning', 'When nobody knows it'), rows)}\n\n"
        "What comes from outside is as its sender gave it; texts are compared exactly, capital letters included.\n"
        f"{personal} are personal data.\n"
        "`gateway.score` comes after the authorization, when a payment can still be held, and neither stopped nor\n"
        f"redirected: so only {actions} rules may ask it.\n"
    )


def _unknown(text: str) -> str:
    return f"`{text}`" if text in {'""', "0"} else text


def _velocity() -> str:
    rows = [(f'`"{dimension}"`', value) for dimension, value in _DIMENSIONS.items()]
    return (
        f"## Velocity\n\n`{VELOCITY}(dimension, window)` is about the payments before this one that share its value of\n"
        "a dimension, whatever became of them. This one is not counted. The platform's rules count over all merchants,\n"
        "a merchant's at that merchant alone. Without a value, nothing is counted.\n\n"
        f"{_table(('Dimension', 'The same'), rows)}\n\n"
        f"A window is a number of minutes, hours or days, from `1m` to `{LONGEST_WINDOW.days}d`: `10m`, `24h`, `7d`.\n\n"
        "- `.count`: how many payments.\n"
        "- `.sum_minor`: the sum of those in this payment's currency, in minor units.\n"
        f'- `.{DISTINCT}("email")`: how many different known values of another dimension.\n\n'
        f"Of a merchant, windows begin at a whole minute, and those of more than a day at a whole hour. Of everything\n"
        f"else, the newest {MOST_COUNTED} payments are counted.\n"
    )


def _lists() -> str:
    by_kind = {kind: [f"`{name}`" for name, of in KIND_OF_VARIABLE.items() if of is kind] for kind in ListKind}
    rows = [(f"`{name}`", effect, kind, ", ".join(by_kind[kind])) for name, (kind, effect) in STANDARD_LISTS.items()]
    return (
        f'## Lists\n\n`{IN_LIST}("blocked_emails", customer.email)` is true when the author\'s list has the value now. '
        "A list of kind IP\nalso has every address of its networks. Every author has these lists, which act by "
        "themselves as well, and may\nmake others.\n\n"
        f"{_table(('List', 'By itself', 'Kind', 'Variables'), rows)}\n"
    )


def _language() -> str:
    operators = ", ".join(f"`{sign}`" for sign in dict.fromkeys(OPERATORS.values()))
    functions = _table(("Function", "What it is"), [(f"`{name}`", text) for name, text in FUNCTIONS.items()])
    macros = _table(("Macro", "What it is"), [(f"`{name}`", text) for name, text in MACROS.items()])
    return f"## Operators, functions and macros\n\nOperators: {operators}.\n\n{functions}\n\n{macros}\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
