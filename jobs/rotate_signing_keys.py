"""Every day: put a new key in the place of a signing key that has become old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.identity.rotate_signing_keys import RotateSigningKeys, rotate_signing_keys
from jobs.job import Job

if TYPE_CHECKING:
    from domain.identity.ports import KeyPorts


def rotate_signing_keys_job(ports: KeyPorts) -> Job:
    """Rotations at once, in any number of workers, make one key."""
    actor = system_actor("jobs.rotate_signing_keys")

    async def work() -> int:
        return 0 if await rotate_signing_keys(ports, actor, RotateSigningKeys()) is None else 1

    return Job(name="rotate signing keys", every=timedelta(days=1), work=work)
