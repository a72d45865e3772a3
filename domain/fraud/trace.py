"""What of a payment is counted and compared with others: by hashes, which are short and all of one size.

They are no secret: whoever can read them can try values until one fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from domain.fraud.velocity import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money

_HASH_BYTES = 8
_OWN = (Dimension.EMAIL, Dimension.CUSTOMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """`hashes` has the known dimensions but the merchant, each a signed 64-bit number (`hash_of`)."""

    merchant_id: UUID
    payment_id: UUID
    at: datetime
    amount: Money
    hashes: Mapping[Dimension, int]

    @property
    def rare(self) -> tuple[int, ...]:
        """What few payments share, in ascending order: those that share it are judged one after the other.

        Else two payments of a stolen card in the same instant would not see each other. A card is the same everywhere;
        by its e-mail address and customer a payment waits for the same merchant's alone, whose texts they are: what one
        merchant sends holds up no other. A device or an IP address can be that of a whole shop, and is left out.
        """
        own = (hash_of(one, f"{self.merchant_id} {self.hashes[one]}") for one in _OWN if one in self.hashes)
        card = (self.hashes[Dimension.CARD],) if Dimension.CARD in self.hashes else ()
        return tuple(sorted({*card, *own}))


def hash_of(dimension: Dimension, value: str) -> int:
    """The number under which a value is counted; the same value of another dimension has another."""
    digest = blake2b(value.encode(), digest_size=_HASH_BYTES, person=dimension.value.encode()).digest()
    return int.from_bytes(digest, "big", signed=True)
