"""The stores of settlements and payouts, as one transaction offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.audit.store import EventStore
from adapters.postgres.settlements.account_store import SettlementAccountStore, SettlementQueueStore
from adapters.postgres.settlements.bank_account_store import BankAccountRevealStore, BankAccountStore
from adapters.postgres.settlements.file_payout_store import FilePayoutStore
from adapters.postgres.settlements.file_store import PaymentFileStore
from adapters.postgres.settlements.gathering import SettlementLineStore
from adapters.postgres.settlements.payout_store import PayoutFundsStore, PayoutPolicyStore, PayoutStore
from adapters.postgres.settlements.store import AdjustmentStore, ReserveHoldStore, SettlementStore

if TYPE_CHECKING:
    from adapters.postgres.database import FencedConnection
    from domain.identity.actor import Actor


class SettlementStores:
    """Each is made when it is asked for: most transactions, which are about payments, need none of them."""

    def __init__(self, connection: FencedConnection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    @property
    def settlement_accounts(self) -> SettlementAccountStore:
        """Accounts, by whose lock closings and payouts take turns."""
        return SettlementAccountStore(self._connection)

    @property
    def settlement_queue(self) -> SettlementQueueStore:
        """What the clock has something to do with."""
        return SettlementQueueStore(self._connection)

    @property
    def settlements(self) -> SettlementStore:
        """Settlements."""
        return SettlementStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def paid_settlements(self) -> SettlementStore:
        """Which payout holds which settlements."""
        return self.settlements

    @property
    def settlement_lines(self) -> SettlementLineStore:
        """Lines of settlements."""
        return SettlementLineStore(self._connection)

    @property
    def reserve_holds(self) -> ReserveHoldStore:
        """What is held back."""
        return ReserveHoldStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def adjustments(self) -> AdjustmentStore:
        """What was given and taken by hand."""
        return AdjustmentStore(self._connection)

    @property
    def bank_accounts(self) -> BankAccountStore:
        """Bank accounts."""
        return BankAccountStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def bank_account_queue(self) -> BankAccountStore:
        """The bank accounts that the clock and the approvals have something to do with."""
        return self.bank_accounts

    @property
    def bank_account_reveals(self) -> BankAccountRevealStore:
        """Who has read which number."""
        return BankAccountRevealStore(self._connection)

    @property
    def payment_files(self) -> PaymentFileStore:
        """Files for banks."""
        return PaymentFileStore(self._connection)

    @property
    def file_payouts(self) -> FilePayoutStore:
        """The payouts of files, many at a time."""
        return FilePayoutStore(self._connection)

    @property
    def payouts(self) -> PayoutStore:
        """Payouts."""
        return PayoutStore(self._connection, EventStore(self._connection, self._actor))

    @property
    def payout_funds(self) -> PayoutFundsStore:
        """What there is to pay out."""
        return PayoutFundsStore(self._connection)

    @property
    def payout_policies(self) -> PayoutPolicyStore:
        """Up to what payouts need no person."""
        return PayoutPolicyStore(self._connection)
