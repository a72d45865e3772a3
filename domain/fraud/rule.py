"""A rule of screening: what it looks for, what it does, and which of its versions acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.fraud.errors import FraudRuleStateForbids
from domain.fraud.events import FraudRuleEvent, FraudRuleEventType
from domain.kernel.errors import Invalid
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.machine import advance
from domain.kernel.text import clean_text, optional_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 1000
MOST_POINTS = 100
HIGHEST_POSITION = 1_000_000


class RuleAction(StrEnum):
    """What a rule that matches does."""

    REQUEST_3DS = "REQUEST_3DS"
    ALLOW = "ALLOW"
    BLOCK = "BLOCK"
    REVIEW = "REVIEW"
    SCORE = "SCORE"
    """Adds points; how many are too many is the author's policy."""


# Known after the authorization only, so what depends on it can hold a payment, and cannot stop or redirect it.
AFTER_AUTHORIZATION = frozenset({RuleAction.REVIEW, RuleAction.SCORE})


class RuleStatus(StrEnum):
    """How far the rule has come. A published one may have a newer version in draft or shadow beside it."""

    DRAFT = "DRAFT"
    SHADOW = "SHADOW"
    """Evaluated and recorded, without acting."""
    PUBLISHED = "PUBLISHED"
    DISABLED = "DISABLED"


_S = RuleStatus
TRANSITIONS: dict[RuleStatus, frozenset[RuleStatus]] = {
    _S.DRAFT: frozenset({_S.SHADOW, _S.PUBLISHED, _S.DISABLED}),
    _S.SHADOW: frozenset({_S.PUBLISHED, _S.DISABLED}),
    _S.PUBLISHED: frozenset({_S.DISABLED}),
    _S.DISABLED: frozenset({_S.SHADOW, _S.PUBLISHED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """What a rule says, for good: a change is another version. `number` counts from 1.

    `points` are added by a SCORE rule and no other, from -100 to 100. Raises `Invalid`.
    """

    rule_id: UUID
    merchant_id: UUID
    number: int
    action: RuleAction
    points: int | None = None
    expression: str
    reason: str | None = None
    author_id: UUID | None = None
    author_name: str
    created_at: datetime

    def __post_init__(self) -> None:
        if (self.action is RuleAction.SCORE) != (self.points is not None):
            raise Invalid(("points",), "A SCORE rule has points, and no other rule has.")
        if self.points is not None and not (self.points and -MOST_POINTS <= self.points <= MOST_POINTS):
            raise Invalid(("points",), f"Give points from {-MOST_POINTS} to {MOST_POINTS}, and not 0.")
        optional_text(self.reason, ("reason",), longest=LONGEST_DESCRIPTION, multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudRule:
    """`merchant_id` is `PLATFORM` for a rule over all merchants. `position` orders rules of one action, lowest first.

    Raises `Invalid` for a text or a position that breaks its rule.

    `latest` numbers the newest version, `published` and `shadow` those that act and are tried, if any. `releases`
    counts how often it was published or disabled, `version` the events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    name: str
    description: str | None = None
    status: RuleStatus = RuleStatus.DRAFT
    position: int = 0
    latest: int = 1
    published: int | None = None
    shadow: int | None = None
    releases: int = 0
    created_at: datetime
    updated_at: datetime
    version: int = 0
    events: tuple[FraudRuleEvent, ...] = ()

    def __post_init__(self) -> None:
        clean_text(self.name, ("name",), longest=LONGEST_NAME)
        if not 0 <= self.position <= HIGHEST_POSITION:
            raise Invalid(("position",), f"Give a position from 0 to {HIGHEST_POSITION}.")
        optional_text(self.description, ("description",), longest=LONGEST_DESCRIPTION, multiline=True)
        live = (self.status is _S.PUBLISHED) == (self.published is not None)
        tried = self.shadow is not None if self.status is _S.SHADOW else True
        if not (live and tried):
            message = f"fraud rule {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def of_platform(self) -> bool:
        """Whether it judges the payments of all merchants."""
        return self.merchant_id == PLATFORM

    def revise(self, at: datetime, data: Mapping[str, JsonValue], **values: Any) -> FraudRule:  # noqa: ANN401
        """One more version, which does nothing yet; the published one goes on acting."""
        more = {"version": self.latest + 1, **data}
        return self._change(at, FraudRuleEventType.REVISED, more, latest=self.latest + 1, **values)

    def amend(self, at: datetime, data: Mapping[str, JsonValue], **values: Any) -> FraudRule:  # noqa: ANN401
        """Another name, description or position; what it says stays."""
        return self._change(at, FraudRuleEventType.REVISED, data, **values)

    def try_out(self, number: int, at: datetime) -> FraudRule:
        """Evaluate a version without letting it act; raise `FraudRuleStateForbids` for one that acts or is tried."""
        if number in {self.published, self.shadow}:
            raise FraudRuleStateForbids(
                f"Version {number} is {'published' if number == self.published else 'tried'} already."
            )
        status = self.status if self.status is _S.PUBLISHED else self._next(_S.SHADOW)
        return self._change(at, FraudRuleEventType.SHADOWED, {"version": number}, status=status, shadow=number)

    def publish(self, number: int, at: datetime, data: Mapping[str, JsonValue]) -> FraudRule:
        """Let a version act, in the place of the one that did; raise `FraudRuleStateForbids` for that one."""
        self.ensure_publishable(number)
        status = self.status if self.status is _S.PUBLISHED else self._next(_S.PUBLISHED)
        tried = None if self.shadow is not None and self.shadow <= number else self.shadow
        more = {"version": number, **data}
        values = {"status": status, "published": number, "shadow": tried, "releases": self.releases + 1}
        return self._change(at, FraudRuleEventType.PUBLISHED, more, **values)

    def ensure_publishable(self, number: int) -> None:
        """Raise `FraudRuleStateForbids` when the version acts already."""
        if number == self.published:
            raise FraudRuleStateForbids(f"Version {number} is published already.")

    def disable(self, at: datetime, reason: str) -> FraudRule:
        """Neither act nor be evaluated any more; raise `TransitionNotAllowed` when that is so already."""
        status = advance(TRANSITIONS, "fraud rule", self.status, _S.DISABLED)
        values = {"status": status, "published": None, "shadow": None, "releases": self.releases + 1}
        return self._change(at, FraudRuleEventType.DISABLED, {"reason": reason}, **values)

    def _next(self, target: RuleStatus) -> RuleStatus:
        return self.status if target is self.status else advance(TRANSITIONS, "fraud rule", self.status, target)

    def _change(
        self,
        at: datetime,
        event: FraudRuleEventType,
        data: Mapping[str, JsonValue],
        **values: Any,  # noqa: ANN401
    ) -> FraudRule:
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, FraudRuleEvent(type=event, occurred_at=at, data=data)),
        )


def new_rule(
    *, merchant_id: UUID, name: str, description: str | None, position: int, at: datetime, data: Mapping[str, JsonValue]
) -> FraudRule:
    """A draft, whose first version does nothing yet. Raises `Invalid`."""
    created = FraudRuleEvent(type=FraudRuleEventType.CREATED, occurred_at=at, data=data)
    return FraudRule(
        id=new_uuid(at),
        merchant_id=merchant_id,
        name=name,
        description=description,
        position=position,
        created_at=at,
        updated_at=at,
        version=1,
        events=(created,),
    )
