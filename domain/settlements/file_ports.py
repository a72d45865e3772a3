"""What payment files need of storage, of banks and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.settlements.payout_ports import PayoutUnit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountVault
    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payment_file import PaymentFile
    from domain.settlements.payment_order import FileHead, PaymentOrder
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts
    from domain.settlements.schedule import BusinessDays


class PaymentFileFormat(Protocol):
    """Writes what banks read."""

    async def write(self, head: FileHead, orders: Sequence[PaymentOrder]) -> bytes:
        """The file, valid by its schema, and the same for the same input; raise `UnfitOrders`."""
        ...


class PaymentFileDelivery(Protocol):
    """Hands files to banks."""

    async def deliver(self, name: str, content: bytes) -> None:
        """Leave the content under the name, all of it or nothing; fine when just that lies there already.

        Raises `NotDelivered` when it surely is not there, also because other content is, and `DeliveryInDoubt`.
        """
        ...


class FileSeal(Protocol):
    """Keeps contents from whoever reads the database alone."""

    def seal(self, file_id: UUID, content: bytes) -> bytes:
        """The content, readable for nobody else."""
        ...

    def open(self, file_id: UUID, sealed: bytes) -> bytes:
        """The content; raise `Unavailable` for what was sealed otherwise or for another file."""
        ...


class PaymentFiles(Protocol):
    """The files; all of them are the platform's own."""

    async def add(self, file: PaymentFile, sealed: bytes) -> None:
        """A new one with its content."""
        ...

    async def for_update(self, file_id: UUID) -> PaymentFile:
        """The file, locked until the unit ends; raise `NotFound`."""
        ...

    async def save(self, file: PaymentFile) -> None:
        """A changed one."""
        ...

    async def next_due(self, at: datetime) -> PaymentFile | None:
        """The file that is due for longest, locked; one that somebody else is taking is passed over."""
        ...

    async def content(self, file_id: UUID) -> bytes:
        """The sealed content; raise `NotFound`."""
        ...


class FilePayouts(Protocol):
    """The payouts of files, with what banks are told of them."""

    async def unfiled(self, currency: str, limit: int) -> list[tuple[Payout, BankAccount]]:
        """Approved payouts that are in no file, the oldest first, locked until the unit ends, and where they go.

        Left out are payouts that somebody else holds locked, and those of merchants that are suspended or whose
        settlements are held.
        """
        ...

    async def keep_filed(self, payouts: Sequence[Payout]) -> None:
        """Payouts that were put into a file just now, and are in no other; raise `Contention`."""
        ...

    async def of_file(self, file_id: UUID) -> list[Payout]:
        """All payouts of a file, the oldest first, locked until the unit ends."""
        ...

    async def stranded(self, limit: int) -> list[UUID]:
        """Payouts that are still approved, and whose file has failed."""
        ...


class PaymentFileUnit(PayoutUnit, Protocol):
    """One transaction over files and payouts."""

    @property
    def payment_files(self) -> PaymentFiles: ...  # noqa: D102 - named as its type
    @property
    def file_payouts(self) -> FilePayouts: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilePorts:
    """What the verbs of payment files are given. `payouts` is for those that fail."""

    clock: Clock
    units: Units[Actor, PaymentFileUnit]
    house_accounts: tuple[HouseAccount, ...]
    business_days: BusinessDays
    format: PaymentFileFormat
    delivery: PaymentFileDelivery
    seal: FileSeal
    vault: BankAccountVault
    payouts: PayoutPorts
