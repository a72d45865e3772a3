"""How much of a screening a viewer may see: of the platform's judgement merchants see the decision and who made it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.fraud.expression import ExpressionInvalid, Needs
from domain.fraud.list_kind import ListKind
from domain.identity.actor import Realm
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.expression import RuleLanguage
    from domain.identity.actor import Actor

PERSONAL_KINDS = frozenset({ListKind.EMAIL, ListKind.DOMAIN, ListKind.CARD, ListKind.IP})
"""Lists of these hold what says who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`platform`: all of the platform's judgement too, which would tell others' secrets. `personal`: personal data."""

    platform: bool
    personal: bool
    language: RuleLanguage

    def needs(self, expression: str) -> Needs:
        """What a rule's expression asks for."""
        return _needs(self.language, expression)


def sight_of(actor: Actor, merchant_id: UUID, language: RuleLanguage) -> Sight:
    """What the actor may see of a screening at the merchant."""
    return Sight(
        platform=actor.realm is Realm.STAFF,
        personal=actor.may(Permission.CUSTOMERS_PII, merchant_id),
        language=language,
    )


@lru_cache(maxsize=1000)
def _needs(language: RuleLanguage, expression: str) -> Needs:
    try:
        return language.compile([expression]).needs[0]
    except ExpressionInvalid:
        # It compiled once; what it asked for then can be said no more.
        return Needs()
