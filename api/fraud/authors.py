"""Whose rules, lists and policies a request means: a merchant's, or the platform's over all merchants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.kernel.ids import PLATFORM, Prefix, parse_id

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor

MERCHANT = "The merchant whose it is. Left out: the platform's for staff, else the one merchant that you act for."


def author_of(actor: Actor, merchant_id: str | None, *path: str) -> UUID:
    """The author; raise `Invalid` for no merchant's id, and where somebody of several merchants has not said which."""
    if merchant_id is not None:
        return parse_id(Prefix.MERCHANT, merchant_id, path)
    return PLATFORM if actor.realm is Realm.STAFF else actor.only_merchant
