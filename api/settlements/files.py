"""Payment files in the graph: which payouts went to which bank together. They are the platform's: staff see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.connection import After, Connection, First, connection
from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.money import Money
from api.node import Node, identifier
from api.settlements.file_enums import PaymentFileStatus
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.kernel.paging import PageRequest
from domain.settlements import payment_file as files

if TYPE_CHECKING:
    from api.settlements.payouts import Payout

PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]


async def _payouts(
    rows: list["PaymentFile"], reading: Reading, first: First = None, after: After = None
) -> list[Connection[PayoutOf]]:
    from api.settlements.payouts import payout  # noqa: PLC0415 - a payout shows its file, and a file its payouts

    reads = reading.reads.payment_files
    request = PageRequest.of(first, after)
    pages = await reads.payouts_of_files(reading.scope, [row.entity for row in rows], request)
    return [connection(page, lambda entity: payout(entity, reading.actor), reads.place) for page in pages]


@strawberry.type(description="Payouts that go to one bank together, in one currency, from one account of ours.")
class PaymentFile(Node):
    """As ISO 20022 writes it: pain.001.001.09."""

    entity: strawberry.Private[files.PaymentFile]
    id: strawberry.ID = identifier(Prefix.PAYMENT_FILE)
    status: PaymentFileStatus = derived("What is known of it.", "entity.status")
    house_account: str = derived("The name of our account that pays.", "entity.house_account")
    execution_on: date = derived("The day on which the bank is asked to pay.", "entity.execution_on")
    message_id: str = derived("By what the bank knows it (MsgId).", "entity.message_id")
    object_name: str = derived("Under which name it is delivered.", "entity.object_name")
    control_sum: Money = derived(
        "What its payouts amount to.", Money, minor="entity.control_sum_minor", of="entity.currency"
    )
    payout_count: int = derived("How many payouts it holds.", "entity.payout_count")
    sha256: str = derived("The SHA-256 of its content, in hexadecimal.", "entity.sha256")
    attempts: int = derived("How often its delivery was begun.", "entity.attempts")
    attempts_in_doubt: int = derived(
        "How many attempts nobody knows the end of; while there is one, the file is not given up.", "entity.doubts"
    )
    next_try_at: datetime | None = derived("When it is delivered next, while it waits.", "entity.next_try_at")
    last_error: str | None = derived("Why the latest attempt did not succeed, if so.", "entity.last_error")
    created_at: datetime = derived("When it was prepared.", "entity.created_at")
    delivered_at: datetime | None = derived("When it was known to lie there.", "entity.delivered_at")
    failed_at: datetime | None = derived("When it was given up.", "entity.failed_at")
    payouts: Connection[PayoutOf] = batched(Permission.PAYOUTS_READ, "Its payouts, oldest first.", "entity.id")(
        _payouts
    )


def payment_file(entity: files.PaymentFile) -> PaymentFile:
    """A payment file as the graph shows it."""
    return PaymentFile(entity=entity)
