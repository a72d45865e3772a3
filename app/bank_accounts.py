"""The ports of bank accounts, filled from the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.banks.account_numbers import BankAccountNumbers
from adapters.banks.number_vault import SecretNumberVault
from domain.settlements.bank_account_ports import BankAccountPorts

if TYPE_CHECKING:
    from app.settings import Settings
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.settlements.bank_account_ports import BankAccountUnit


def bank_accounts_of(settings: Settings, clock: Clock, units: Units[Actor, BankAccountUnit]) -> BankAccountPorts:
    """What the verbs of bank accounts are given."""
    return BankAccountPorts(
        clock=clock,
        units=units,
        numbers=BankAccountNumbers(),
        vault=SecretNumberVault(settings.encryption_key),
        cooling=timedelta(hours=settings.bank_account_cooling_hours),
    )
