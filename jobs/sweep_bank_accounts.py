"""Every minute: bank accounts whose cooling period is over are paid to, and those that nobody approves end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.identity.actor import system_actor
from domain.settlements.sweep_bank_accounts import SweepBankAccounts, sweep_bank_accounts
from jobs.job import Job

if TYPE_CHECKING:
    from domain.settlements.bank_account_ports import BankAccountPorts

_BATCH = 100


def sweep_bank_accounts_job(ports: BankAccountPorts) -> Job:
    """Each account is looked at again under its lock; the second worker finds it changed."""
    actor = system_actor("jobs.sweep_bank_accounts")

    async def work() -> int:
        return await sweep_bank_accounts(ports, actor, SweepBankAccounts(limit=_BATCH))

    return Job(name="sweep bank accounts", every=timedelta(minutes=1), work=work, batch=_BATCH)
