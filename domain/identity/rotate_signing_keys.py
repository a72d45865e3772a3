"""Put a new signing key in the place of an old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.signing_key import PUBLISHED_AHEAD, signer
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.identity.ports import KeyPorts, KeysUnit
    from domain.identity.signing_key import SigningKey

ROTATION_INTERVAL = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSigningKeys:
    """Rotate when the newest key is at least this old. Zero rotates now; None only makes a first key."""

    older_than: timedelta | None = ROTATION_INTERVAL


async def rotate_signing_keys(ports: KeyPorts, actor: Actor, command: RotateSigningKeys) -> SigningKey | None:
    """Publish a new key that signs later, and set when the others retire; None when none was due.

    The very first key signs at once: nobody can hold a token of another. Rotations at once, in any number of
    processes, make one key. Raises `Contention`.
    """

    async def work(unit: KeysUnit) -> SigningKey | None:
        # The clock is read after the lock is ours: whoever waited must see the key of the one before as older.
        await unit.signing_keys.published(ports.clock.now())
        now = ports.clock.now()
        keys = await unit.signing_keys.published(now)
        newest = max((key.created_at for key in keys), default=None)
        if newest is not None and (command.older_than is None or now - newest < command.older_than):
            return None
        # A key that waits for its turn would be overtaken by this one: let it have its turn first.
        if any(key.not_before > now for key in keys):
            return None
        starts = now if signer(keys, now) is None else now + PUBLISHED_AHEAD
        key = ports.key_maker.make(new_uuid(now), now, starts)
        await unit.signing_keys.add(key)
        for older in keys:
            if older.retires_at is None:
                await unit.signing_keys.save(older.succeeded_by(key))
        await unit.audit.record(
            actor=actor,
            action="signing_key.created",
            subject_type="signing_key",
            subject_id=key.id,
            merchant_id=None,
            data={"kid": key.kid},
        )
        await unit.commit()
        return key

    return await in_unit(ports.units, actor, "identity.rotate_signing_keys", work)
