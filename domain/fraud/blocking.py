"""What of a declined payment is put on the author's block lists, so that it is refused the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fraud.fraud_list import ListEntry
from domain.fraud.list_kind import STANDARD_LISTS, ListEffect, ListKind
from domain.fraud.list_values import normal_value
from domain.fraud.listing import ensure_room
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import PLATFORM, new_uuid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.fraud.ports import FraudUnit
    from domain.fraud.review import DeclineReason, FraudReview
    from domain.fraud.screening import Screening
    from domain.identity.actor import Actor
    from domain.payments.payment import Payment

_VARIABLES: dict[ListKind, tuple[str, str]] = {
    ListKind.EMAIL: ("customer.email", "e-mail address"),
    ListKind.CARD: ("card.fingerprint", "card's fingerprint"),
    ListKind.IP: ("ip.address", "IP address"),
    ListKind.CUSTOMER: ("customer.id", "customer"),
}
BLOCKABLE = frozenset(_VARIABLES)
"""What belongs to one person: a country or a bank's cards are no one payment's to block."""
_LISTS = {kind: name for name, (kind, effect) in STANDARD_LISTS.items() if effect is ListEffect.BLOCK}


def ensure_blockable(kinds: Sequence[ListKind]) -> None:
    """Raise `Invalid` for a kind that a single payment is no reason to block."""
    for index, kind in enumerate(kinds):
        if kind not in BLOCKABLE:
            names = ", ".join(sorted(BLOCKABLE))
            raise Invalid(("block", str(index)), f"A decline blocks {names}; add other values to the lists themselves.")


def author_of(review: FraudReview, actor: Actor, *, everywhere: bool) -> UUID:
    """Whose lists: the merchant's, or the platform's for staff who say so; raise `Forbidden`."""
    if not everywhere:
        return review.merchant_id
    if not actor.may(Permission.FRAUD_MANAGE, PLATFORM):
        message = f"Only staff with {Permission.FRAUD_MANAGE} block at all merchants; block at this merchant alone."
        raise Forbidden(Permission.FRAUD_MANAGE, message)
    return PLATFORM


def values_of(payment: Payment, screening: Screening | None, kinds: Sequence[ListKind]) -> list[tuple[str, str]]:
    """The standard list and the payment's value of each kind, in the normal form that lists have.

    In the order of lists, so that those who block the same never wait for each other in a circle. Raises `Invalid` for
    what nobody knows of the payment, and for what cannot be listed.
    """
    ensure_blockable(kinds)
    return sorted({(_LISTS[kind], _known(payment, screening, kind, index)) for index, kind in enumerate(kinds)})


def entries_of(
    review: FraudReview,
    values: Sequence[tuple[str, str]],
    reason: DeclineReason,
    actor: Actor,
    author: UUID,
    at: datetime,
) -> list[ListEntry]:
    """Entries of the author's lists that say why they are there, and stay until somebody removes them."""
    return [
        ListEntry(
            id=new_uuid(at, number),
            merchant_id=author,
            list_name=list_name,
            value=value,
            reason=f"Declined in review: {reason.value}",
            review_id=review.id,
            author_id=actor.id,
            author_name=actor.name,
            created_at=at,
        )
        for number, (list_name, value) in enumerate(values)
    ]


async def put_entries(unit: FraudUnit, entries: Sequence[ListEntry]) -> None:
    """Put them on their lists, with the new reason where a value is listed already.

    That one stays as these do: what was listed until some time is listed longer, and nothing ends sooner. Raises
    `Invalid` for a list that is full.
    """
    for entry, kept in zip(entries, await unit.fraud_lists.put(entries), strict=True):
        # One that was there already goes on under the id that it has, and takes no more room.
        if kept.id == entry.id:
            await ensure_room(unit, entry.merchant_id, entry.list_name, ("block",))


def _known(payment: Payment, screening: Screening | None, kind: ListKind, index: int) -> str:
    variable, name = _VARIABLES[kind]
    value = screening and screening.merchant.facts.values.get(variable)
    if not value and kind is ListKind.CARD:
        value = payment.method.fingerprint
    if not value:
        raise Invalid(("block", str(index)), f"The payment's {name} is not known; leave {kind} out.")
    return normal_value(kind, str(value), ("block", str(index)))
