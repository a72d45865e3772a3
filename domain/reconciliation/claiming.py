"""Keys of what people do about items: the same key with the same input is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import PLATFORM, new_uuid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.reconciliation.ports import ReconciliationUnit


async def claim_key(
    unit: ReconciliationUnit, mutation: str, key: str, asked: object, item_id: UUID, at: datetime
) -> bool:
    """Whether the key was claimed before, for the same; raise `IdempotencyConflict` when for something else."""
    claim = KeyClaim(
        merchant_id=PLATFORM,
        mutation=mutation,
        key=key,
        input_hash=input_hash(asked),
        payment_id=item_id,
        operation_id=new_uuid(at),
        claimed_at=at,
    )
    earlier = await unit.keys.claim(claim)
    if earlier is None:
        return False
    earlier.ensure_same(claim)
    return True
