"""The ports of payment files, filled from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.banks.file_seal import SecretFileSeal
from adapters.banks.pain001 import Pain001
from app.bank_delivery import delivery_of
from domain.settlements.file_ports import PaymentFilePorts

if TYPE_CHECKING:
    from app.settings import Settings
    from domain.identity.actor import Actor
    from domain.kernel.unit import Units
    from domain.settlements.bank_account_ports import BankAccountPorts
    from domain.settlements.file_ports import PaymentFileUnit
    from domain.settlements.payout_ports import PayoutPorts
    from domain.settlements.ports import SettlementPorts


def payment_files_of(
    settings: Settings,
    units: Units[Actor, PaymentFileUnit],
    settlements: SettlementPorts,
    payouts: PayoutPorts,
    bank_accounts: BankAccountPorts,
) -> PaymentFilePorts:
    """What the verbs of payment files are given, beside what those of payouts and bank accounts are."""
    return PaymentFilePorts(
        clock=payouts.clock,
        units=units,
        house_accounts=settings.house_accounts,
        business_days=settlements.business_days,
        format=Pain001(),
        delivery=delivery_of(settings),
        seal=SecretFileSeal(settings.encryption_key),
        vault=bank_accounts.vault,
        payouts=payouts,
    )
