"""Money as the graph shows and takes it."""

from collections.abc import Callable

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.scalars import BigInt, CurrencyCode, DecimalText
from domain.kernel.errors import Invalid
from domain.kernel.money import Currency, plain_notation
from domain.kernel.money import Money as Amount


@strawberry.type(description="An amount in one currency, exact to its minor unit.")
class Money:
    """Both notations of the same integer."""

    minor: strawberry.Private[int]
    of: strawberry.Private[Currency]
    amount: DecimalText = derived(
        "In major units, with exactly the currency's fraction digits.",
        plain_notation,
        "minor",
        "of.exponent",
    )
    minor_units: BigInt = derived("In minor units, such as cents.", "minor")
    currency: CurrencyCode = derived("The currency.", "of.code")


@strawberry.input(description="An amount that a request gives.")
class MoneyInput:
    """Read by `amount_of`, which knows the currency's fraction digits."""

    amount: DecimalText = attribute("In major units; more fraction digits than the currency has are refused.")
    currency: CurrencyCode = attribute("The currency.")


def money(minor: int, currency: Currency) -> Money:
    """An amount as the graph shows it."""
    return Money(minor=minor, of=currency)


def shown(amount: Amount) -> Money:
    """An amount of the domain as the graph shows it."""
    return money(amount.minor, amount.currency)


def codes_of(
    given: list[CurrencyCode] | None, currency_of: Callable[[str], Currency], *path: str
) -> tuple[str, ...] | None:
    """The currencies that a filter gives at a path; raise `Invalid` that names the path of one that does not exist."""
    for index, code in enumerate(given or ()):
        try:
            currency_of(code)
        except Invalid as error:
            raise Invalid((*path, str(index)), error.message) from None
    return None if given is None else tuple(given)


def amount_of(given: MoneyInput, currency_of: Callable[[str], Currency], *path: str) -> Amount:
    """The amount that a request gives at a path; raise `Invalid` that names the path."""
    try:
        return Amount.parse(given.amount, currency_of(given.currency))
    except Invalid as error:
        raise error.under(*path) from None
