"""Lists and their entries, in the graph."""

from datetime import datetime
from uuid import UUID

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.fraud.enums import ListEffect, ListKind
from api.fraud.sight import PERSONAL_KINDS
from api.node import Node, identifier
from domain.fraud import fraud_list as lists
from domain.fraud.list_kind import STANDARD_LISTS
from domain.identity.actor import Actor
from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM, Prefix, format_id


@strawberry.type(description="A list of values that are known to be bad, good, or worth a rule.")
class FraudList:
    """Of a merchant, or of the platform over all merchants."""

    name: str = attribute("Its name, by which rules ask for it.")
    kind: ListKind = attribute("What its entries are.")
    effect: ListEffect = attribute("What being on it does by itself.")
    standard: bool = attribute("Whether everybody has it from the beginning.")
    of_platform: bool = attribute("Whether it holds for the payments of all merchants.")
    description: str | None = attribute("What it is for.")
    entry_count: int = attribute("How many entries it has, those that have lapsed included.")
    created_at: datetime | None = attribute("When it was created; null for a standard list.")


def fraud_list(entity: lists.FraudList, entries: int) -> FraudList:
    """A list as the graph shows it."""
    return FraudList(
        name=entity.name,
        kind=entity.kind,
        effect=entity.effect,
        standard=entity.name in STANDARD_LISTS,
        of_platform=entity.merchant_id == PLATFORM,
        description=entity.description,
        entry_count=entries,
        created_at=entity.created_at,
    )


def _value(entity: lists.ListEntry, hidden: bool) -> str | None:  # noqa: FBT001 - an attribute
    return None if hidden else entity.value


def _review_id(id_: UUID | None) -> strawberry.ID | None:
    return None if id_ is None else strawberry.ID(format_id(Prefix.REVIEW, id_))


@strawberry.type(description="A value on a list.")
class ListEntry(Node):
    """It counts until it expires."""

    entity: strawberry.Private[lists.ListEntry]
    hidden: strawberry.Private[bool]
    id: strawberry.ID = identifier(Prefix.LIST_ENTRY)
    list_name: str = derived("The list.", "entity.list_name")
    value: str | None = derived(
        "The value in its one normal form; null for personal data without the permission customers:pii.",
        _value,
        "entity",
        "hidden",
    )
    reason: str = derived("Why it is there.", "entity.reason")
    review_id: strawberry.ID | None = derived(
        "The fraud review whose decline put it there, if one did.", _review_id, "entity.review_id"
    )
    author: str = derived("The name of whoever put it there.", "entity.author_name")
    created_at: datetime = derived("When it was put there.", "entity.created_at")
    expires_at: datetime | None = derived("From when on it counts no more.", "entity.expires_at")


def list_entry(entity: lists.ListEntry, actor: Actor) -> ListEntry:
    """An entry as the graph shows it to the actor."""
    # Nobody looks up of what kind a merchant's own list is: what it holds may be personal.
    known = STANDARD_LISTS.get(entity.list_name)
    personal = known is None or known[0] in PERSONAL_KINDS
    return ListEntry(entity=entity, hidden=personal and not actor.may(Permission.CUSTOMERS_PII, entity.merchant_id))
