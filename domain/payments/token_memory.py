"""What tokens stand for, as gateways have told it: kept for a while, so that the same card is asked about once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.payments.method import PaymentMethod

MOST_TOKENS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """The card behind a token, and the gateway that said so."""

    gateway: str
    method: PaymentMethod


class TokenMemory:
    """The tokens of one process that were used last, `most` of them; each merchant's are its own."""

    def __init__(self, most: int = MOST_TOKENS) -> None:
        self._most = most
        self._known: OrderedDict[tuple[UUID, str], KnownToken] = OrderedDict()

    def recall(self, merchant_id: UUID, token: str) -> KnownToken | None:
        """What is remembered of a merchant's token."""
        known = self._known.get((merchant_id, token))
        if known is not None:
            self._known.move_to_end((merchant_id, token))
        return known

    def keep(self, merchant_id: UUID, token: str, known: KnownToken) -> None:
        """Remember it, and forget what was not used for the longest time."""
        self._known[merchant_id, token] = known
        self._known.move_to_end((merchant_id, token))
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, merchant_id: UUID, token: str) -> None:
        """Ask again the next time."""
        self._known.pop((merchant_id, token), None)
