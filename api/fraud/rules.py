"""Rules in the graph: what they look for, and which of their versions acts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.errors import RuleExpressionInvalid
from api.fields import batched
from api.fraud.enums import Dimension, RuleAction, RuleStatus
from api.fraud.velocities import velocity_text
from api.node import Node, identifier
from domain.fraud import rule as rules
from domain.fraud.expression import Needs
from domain.fraud.velocity import VelocityQuery
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, Prefix

if TYPE_CHECKING:
    from api.merchants.types import Merchant

MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
READ = Permission.FRAUD_READ


@strawberry.type(description="What a rule says, in one of its versions; it never changes.")
class FraudRuleVersion:
    """A change is another version."""

    entity: strawberry.Private[rules.RuleVersion]
    number: int = derived("Its number, from 1.", "entity.number")
    action: RuleAction = derived("What it does when it matches.", "entity.action")
    points: int | None = derived("The points that it adds, if that is what it does.", "entity.points")
    expression: str = derived("What it looks for, in the Common Expression Language.", "entity.expression")
    reason: str | None = derived("Why it was written.", "entity.reason")
    author: str = derived("The name of whoever wrote it.", "entity.author_name")
    created_at: datetime = derived("When it was written.", "entity.created_at")


async def _merchants(rows: list["FraudRule"], reading: Reading) -> list[Optional[MerchantOf]]:  # noqa: UP045 - an element type
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what concerns them

    wanted = {row.entity.merchant_id for row in rows if not row.entity.of_platform}
    found = await reading.reads.merchants.merchants(reading.scope, wanted) if wanted else {}
    what = "The merchant"
    return [  # pyright: ignore[reportReturnType] - an error concerns its own rule
        None
        if (id_ := row.entity.merchant_id) == PLATFORM
        else merchant(found[id_])
        if id_ in found
        else NotFound(what)
        for row in rows
    ]


async def _versions(rows: list["FraudRule"], reading: Reading) -> list[list[FraudRuleVersion]]:
    found = await reading.reads.fraud.versions_of(reading.scope, [row.entity for row in rows])
    return [[FraudRuleVersion(entity=version) for version in versions] for versions in found]


async def _latest(rows: list["FraudRule"], reading: Reading) -> list[FraudRuleVersion]:
    what = "The version"
    found = _numbered(await _versions(rows, reading), [row.entity.latest for row in rows])
    return [version or NotFound(what) for version in found]  # pyright: ignore[reportReturnType] - as above


async def _published(rows: list["FraudRule"], reading: Reading) -> list[Optional[FraudRuleVersion]]:  # noqa: UP045
    return _numbered(await _versions(rows, reading), [row.entity.published for row in rows])


async def _shadow(rows: list["FraudRule"], reading: Reading) -> list[Optional[FraudRuleVersion]]:  # noqa: UP045
    return _numbered(await _versions(rows, reading), [row.entity.shadow for row in rows])


def _numbered(
    versions: list[list[FraudRuleVersion]], numbers: list[int | None] | list[int]
) -> list[FraudRuleVersion | None]:
    return [
        next((version for version in own if version.entity.number == number), None)
        for own, number in zip(versions, numbers, strict=True)
    ]


@strawberry.type(description="A rule of screening, of a merchant or of the platform over all merchants.")
class FraudRule(Node):
    """Only a published version acts."""

    entity: strawberry.Private[rules.FraudRule]
    id: strawberry.ID = identifier(Prefix.RULE)
    name: str = derived("What it is called.", "entity.name")
    description: str | None = derived("What it is for.", "entity.description")
    status: RuleStatus = derived("How far it has come.", "entity.status")
    of_platform: bool = derived("Whether it judges the payments of all merchants.", "entity.of_platform")
    position: int = derived("Its place among its author's rules of one action, the lowest first.", "entity.position")
    created_at: datetime = derived("When it was created.", "entity.created_at")
    updated_at: datetime = derived("When it last changed.", "entity.updated_at")
    merchant: MerchantOf | None = batched(Permission.MERCHANTS_READ, "The merchant whose it is; null: the platform.")(
        _merchants
    )
    versions: list[FraudRuleVersion] = batched(READ, "All of its versions, newest first.")(_versions)
    latest_version: FraudRuleVersion = batched(READ, "Its newest version.")(_latest)
    published_version: FraudRuleVersion | None = batched(READ, "The version that acts, if one does.")(_published)
    shadow_version: FraudRuleVersion | None = batched(READ, "The version that is tried out, if one is.")(_shadow)


def fraud_rule(entity: rules.FraudRule) -> FraudRule:
    """A rule as the graph shows it."""
    return FraudRule(entity=entity)


@strawberry.type(description="A velocity that an expression asks for.")
class FraudRuleVelocity:
    """How often something was seen before, within a window of time."""

    call: str = attribute('As rules write it: `velocity("card", "1h")`.')
    dimension: Dimension = attribute("By what payments are counted.")
    window_minutes: int = attribute("How far back, in minutes.")
    distinct: list[Dimension] = attribute("Of what the different values are counted.")


@strawberry.type(description="What an expression asks for.")
class FraudRuleNeeds:
    """Nothing else is looked up for it."""

    variables: list[str] = attribute("The variables, by name.")
    velocities: list[FraudRuleVelocity] = attribute("The velocities.")
    lists: list[str] = attribute("The lists, by name.")


@strawberry.type(description="Whether an expression compiles, and what it asks for or what is wrong.")
class FraudRuleCheck:
    """Nothing was written."""

    valid: bool = attribute("Whether a rule can be made of it.")
    needs: FraudRuleNeeds | None = attribute("What it asks for, if it compiles.")
    error: RuleExpressionInvalid | None = attribute("What is wrong and where, if it does not.")


def rule_needs(needs: Needs) -> FraudRuleNeeds:
    """What an expression needs, as the graph shows it."""
    queries = sorted(needs.velocities, key=velocity_text)
    return FraudRuleNeeds(
        variables=sorted(needs.variables),
        velocities=[_velocity(query) for query in queries],
        lists=sorted(needs.lists),
    )


def _velocity(query: VelocityQuery) -> FraudRuleVelocity:
    return FraudRuleVelocity(
        call=velocity_text(query),
        dimension=query.dimension,
        window_minutes=query.window // timedelta(minutes=1),
        distinct=[dimension for dimension in Dimension if dimension in query.distinct],
    )
