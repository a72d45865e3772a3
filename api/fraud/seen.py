"""What a rule saw of a payment: the variables, velocities and lists that it asks for."""

from collections.abc import Iterator
from datetime import datetime

import strawberry

from api.describing import attribute
from api.fraud.sight import Sight
from api.fraud.velocities import velocity_text
from domain.fraud.expression import Facts
from domain.fraud.variables import VARIABLES, FactValue
from domain.fraud.velocity import VelocityQuery

_PERSONAL = frozenset(variable.name for variable in VARIABLES if variable.personal)


@strawberry.type(description="Something that a rule asked for.")
class ScreenedValue:
    """As text, whatever its type."""

    name: str = attribute('What was asked for, as rules write it: `card.country`, `velocity("card", "1h").count`.')
    value: str | None = attribute(
        "What it was; null when nobody knew it, and for personal data without the permission customers:pii."
    )


def seen_by(expression: str, facts: Facts, sight: Sight) -> list[ScreenedValue]:
    """What an expression asks for, by name, with what the facts say."""
    needs = sight.needs(expression)
    values = [ScreenedValue(name=name, value=_variable(name, facts, sight)) for name in sorted(needs.variables)]
    # In the order of what they are called.
    counted = {velocity_text(query): query for query in needs.velocities}
    for call in sorted(counted):
        values += [ScreenedValue(name=f"{call}{part}", value=value) for part, value in _velocity(counted[call], facts)]
    for name in sorted(needs.lists):
        listed = any(name == one for one, _ in facts.listed)
        values.append(ScreenedValue(name=f'in_list("{name}", ...)', value="true" if listed else "false"))
    return values


def _variable(name: str, facts: Facts, sight: Sight) -> str | None:
    hidden = name in _PERSONAL and not sight.personal
    return None if hidden or name not in facts.values else _text(facts.values[name])


def _text(value: FactValue) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _velocity(query: VelocityQuery, facts: Facts) -> Iterator[tuple[str, str | None]]:
    figures = facts.velocities.get(query)
    yield ".count", None if figures is None else str(figures.count)
    yield ".sum_minor", None if figures is None else str(figures.sum_minor)
    for dimension in sorted(query.distinct):
        distinct = None if figures is None else figures.distinct.get(dimension)
        yield f'.distinct("{dimension.value}")', None if distinct is None else str(distinct)
