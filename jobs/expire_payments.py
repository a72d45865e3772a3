"""Every ten seconds: end authorizations and next actions whose time has run out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.payments.expire_payments import ExpirePayments, expire_payments
from jobs.job import Job

if TYPE_CHECKING:
    from domain.payments.ports import PaymentPorts

_BATCH = 200


def expire_payments_job(ports: PaymentPorts) -> Job:
    """Each payment is looked at again under its lock, so two workers end it once."""
    actor = system_actor("jobs.expire_payments")

    async def work() -> int:
        return await expire_payments(ports, actor, ExpirePayments(limit=_BATCH))

    return Job(name="expire payments", every=timedelta(seconds=10), work=work, batch=_BATCH)
