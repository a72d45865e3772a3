"""By the clock of the settings: approved payouts are put into files for the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.prepare_payment_files import PreparePaymentFiles, prepare_payment_files
from jobs.job import Job

if TYPE_CHECKING:
    from datetime import timedelta

    from domain.settlements.file_ports import PaymentFilePorts


def prepare_payment_files_job(ports: PaymentFilePorts, every: timedelta) -> Job:
    """Each payout is locked while it is put into a file; the second worker passes it over."""
    actor = system_actor("jobs.prepare_payment_files")

    async def work() -> int:
        return await prepare_payment_files(ports, actor, PreparePaymentFiles())

    return Job(name="prepare payment files", every=every, work=work)
