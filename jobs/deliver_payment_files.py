"""Every five seconds: hand payment files to the bank, each under its name until it surely lies there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.deliver_payment_files import DeliverPaymentFiles, deliver_payment_files
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.file_ports import PaymentFilePorts


def deliver_payment_files_job(ports: PaymentFilePorts) -> Job:
    """Workers lease files from each other with SKIP LOCKED."""
    actor = system_actor("jobs.deliver_payment_files")

    async def work() -> int:
        return await deliver_payment_files(ports, actor, DeliverPaymentFiles())

    return Job(name="deliver payment files", every=timedelta(seconds=5), work=work)
