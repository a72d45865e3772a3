"""What every resolver of one operation is given."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.identity.ports import IdentityPorts
    from api.reads import Reads
    from domain.approvals.ports import ApprovalPorts
    from domain.disputes.ports import DisputePorts
    from domain.fraud.ports import FraudPorts
    from domain.identity.actor import Actor, Scope
    from domain.identity.permission import Permission
    from domain.kernel.money import Currency
    from domain.merchants.ports import MerchantPorts
    from domain.payments.ports import PaymentPorts
    from domain.reconciliation.ports import ReconciliationPorts
    from domain.settlements.bank_account_ports import BankAccountPorts
    from domain.settlements.file_ports import PaymentFilePorts
    from domain.settlements.payout_ports import PayoutPorts
    from domain.settlements.ports import SettlementPorts
    from domain.settlements.statement_ports import StatementPorts

MOST_READS_AT_ONCE = 3
Asked: TypeAlias = "frozenset[str] | None"
"""The paths to all that an operation takes of what is read, such as `method.brand`; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Made anew for each operation; `batches` collects the parents of batched fields within it."""

    actor: Actor
    request_id: str
    reads: Reads
    payments: PaymentPorts
    merchants: MerchantPorts
    identity: IdentityPorts
    approvals: ApprovalPorts
    disputes: DisputePorts
    fraud: FraudPorts
    bank_accounts: BankAccountPorts
    settlements: SettlementPorts
    statements: StatementPorts
    payouts: PayoutPorts
    files: PaymentFilePorts
    reconciliation: ReconciliationPorts
    currency_of: Callable[[str], Currency]
    batches: dict[Any, Any] = field(default_factory=dict)
    # However many fields an operation asks for at once, it holds no more than a few connections of all.
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_READS_AT_ONCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A read that passed its permission: `scope` is where it holds. Of its entities no more than `asked` is taken."""

    context: Context
    scope: Scope
    asked: Asked = None

    @property
    def actor(self) -> Actor:
        """Who reads."""
        return self.context.actor

    @property
    def reads(self) -> Reads:
        """The read side of every context."""
        return self.context.reads


def reading(context: Context, permission: Permission, asked: Asked = None) -> Reading:
    """Check the permission; raise `Forbidden` when the actor has it nowhere."""
    return Reading(context=context, scope=context.actor.scope(permission), asked=asked)
