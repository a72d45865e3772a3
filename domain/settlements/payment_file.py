"""A file of payouts for a bank: prepared once, delivered once, under one name and with one content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.ids import PLATFORM, Prefix, format_id, new_uuid
from domain.kernel.machine import advance
from domain.kernel.money import Money
from domain.settlements.file_errors import PaymentFileStateForbids

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.kernel.money import Currency
    from domain.settlements.payment_order import FileHead

LEASE = timedelta(minutes=5)
"""A worker that says nothing for so long after it took a file is dead, or its attempt has long run out of time."""
MOST_ATTEMPTS = 20
"""With pauses that grow to an hour, a bank that takes nothing is waited for half a day."""
LONGEST_MESSAGE_ID = 35
LONGEST_ERROR = 500
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)


class PaymentFileStatus(StrEnum):
    """What is known of the file."""

    PREPARED = "PREPARED"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    """It surely never reached the bank; its payouts have failed."""


_S = PaymentFileStatus
TRANSITIONS: dict[PaymentFileStatus, frozenset[PaymentFileStatus]] = {
    _S.PREPARED: frozenset({_S.DELIVERED, _S.FAILED}),
    _S.DELIVERED: frozenset(),
    _S.FAILED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFile:
    """Payouts in one currency from one house account, to be executed on one day.

    `message_id` is what banks recognise a repetition by (MsgId of ISO 20022, 35 characters at most). `sha256` is of the
    content, in hexadecimal. `doubts` counts the attempts of which nobody knows what became: while there is one, the
    file may have arrived, so it is delivered again under the same name, and never given up.
    """

    id: UUID
    house_account: str
    currency: Currency
    execution_on: date
    status: PaymentFileStatus = PaymentFileStatus.PREPARED
    message_id: str
    control_sum_minor: int
    payout_count: int
    sha256: str
    attempts: int = 0
    doubts: int = 0
    next_try_at: datetime | None
    last_error: str | None = None
    created_at: datetime
    delivered_at: datetime | None = None
    failed_at: datetime | None = None

    def __post_init__(self) -> None:
        fits = 0 < len(self.message_id) <= LONGEST_MESSAGE_ID and self.control_sum_minor > 0 and self.payout_count > 0
        counts = 0 <= self.doubts <= self.attempts
        waits = (self.status is _S.PREPARED) == (self.next_try_at is not None)
        delivered = (self.status is _S.DELIVERED) == (self.delivered_at is not None)
        failed = (self.status is _S.FAILED) == (self.failed_at is not None)
        sure = self.status is not _S.FAILED or self.doubts == 0
        if not (fits and counts and waits and delivered and failed and sure):
            message = f"payment file {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def merchant_id(self) -> UUID:
        """A file holds payouts of many merchants, and is the platform's own."""
        return PLATFORM

    @property
    def control_sum(self) -> Money:
        """What all of its payouts amount to."""
        return Money(self.control_sum_minor, self.currency)

    @property
    def object_name(self) -> str:
        """Under which it is delivered: the same at every attempt."""
        return f"{self.message_id}.xml"

    def begin(self, at: datetime) -> PaymentFile:
        """An attempt begins; until it has said otherwise, it is in doubt. Raises `PaymentFileStateForbids`."""
        self._ensure_waiting()
        return replace(self, attempts=self.attempts + 1, doubts=self.doubts + 1, next_try_at=at + LEASE)

    def deliver(self, at: datetime) -> PaymentFile:
        """It is there; raise `TransitionNotAllowed` when that was known."""
        return replace(
            self,
            status=advance(TRANSITIONS, "payment file", self.status, _S.DELIVERED),
            delivered_at=at,
            next_try_at=None,
            last_error=None,
        )

    def miss(self, error: str, at: datetime) -> PaymentFile:
        """The attempt surely left nothing there; after too many such, and no doubtful one, the file has failed."""
        missed = replace(self._retried(error, at), doubts=self.doubts - 1)
        if missed.doubts or missed.attempts < MOST_ATTEMPTS:
            return missed
        status = advance(TRANSITIONS, "payment file", self.status, _S.FAILED)
        return replace(missed, status=status, failed_at=at, next_try_at=None)

    def lose(self, error: str, at: datetime) -> PaymentFile:
        """Nobody knows what became of the attempt."""
        return self._retried(error, at)

    def retry(self, at: datetime) -> PaymentFile:
        """Try at once; raise `PaymentFileStateForbids` for a file that is done with."""
        self._ensure_waiting()
        return replace(self, next_try_at=at)

    def _retried(self, error: str, at: datetime) -> PaymentFile:
        self._ensure_waiting()
        return replace(self, last_error=error[:LONGEST_ERROR], next_try_at=at + pause_after(self.attempts))

    def _ensure_waiting(self) -> None:
        if self.status is not _S.PREPARED:
            raise PaymentFileStateForbids(f"A payment file that is {self.status} is not delivered again.")


def new_file_id(at: datetime) -> tuple[UUID, str]:
    """The id of a new file and the message id that follows from it."""
    file_id = new_uuid(at)
    return file_id, format_id(Prefix.PAYMENT_FILE, file_id).replace("_", "").upper()


def new_payment_file(
    *,
    file_id: UUID,
    head: FileHead,
    amounts_minor: list[int],
    content: bytes,
) -> PaymentFile:
    """A file that is delivered as soon as somebody takes it."""
    return PaymentFile(
        id=file_id,
        message_id=head.message_id,
        house_account=head.account.name,
        currency=head.currency,
        execution_on=head.execution_on,
        control_sum_minor=sum(amounts_minor),
        payout_count=len(amounts_minor),
        sha256=hashlib.sha256(content).hexdigest(),
        next_try_at=head.created_at,
        created_at=head.created_at,
    )


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many: a minute, then twice as long each time, an hour at most."""
    return min(_FIRST_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)
