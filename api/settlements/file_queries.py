"""Queries and mutations of payment files: parse, call one scoped read or one verb, show."""

from typing import Annotated, TypeAlias

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Context, Reading
from api.describing import argument, attribute
from api.errors import InvalidInput, InvalidState, NotFound, PermissionDenied
from api.fields import mutation, query
from api.money import codes_of
from api.scalars import CurrencyCode
from api.settlements.file_enums import PaymentFileStatus
from api.settlements.files import PaymentFile, payment_file
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest
from domain.settlements import payment_file_filter as filters
from domain.settlements.retry_payment_file import RetryPaymentFile, retry_payment_file


@strawberry.input(description="Which payment files. Everything given must hold; a list means any of.")
class PaymentFileFilter:
    """For `paymentFiles`."""

    status: list[PaymentFileStatus] | None = attribute("In these statuses.", default=None)
    house_account: list[str] | None = attribute("From our accounts of these names.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)


@strawberry.input(description="A payment file to try at once.")
class RetryPaymentFileInput:
    """For `retryPaymentFile`. Needs no key: the same file under the same name moves nothing twice."""

    payment_file_id: strawberry.ID = attribute("The file, which waits for its next attempt.")


@strawberry.type(description="The file is tried as soon as a worker is free.")
class RetryPaymentFilePayload:
    """Of `retryPaymentFile`."""

    payment_file: PaymentFile = attribute("The file.")


_Refusal: TypeAlias = InvalidInput | NotFound | PermissionDenied
RetryPaymentFileResult = Annotated[
    RetryPaymentFilePayload | _Refusal | InvalidState,
    strawberry.union("RetryPaymentFileResult", description="What `retryPaymentFile` answers with."),
]


@query(Permission.PAYOUTS_READ, "One payment file, or null when there is none that you can see; staff see them.")
async def one_file(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> PaymentFile | None:
    """By id."""
    file_id = parse_id(Prefix.PAYMENT_FILE, id)
    found = await reading.reads.payment_files.payment_files_by_id(reading.scope, [file_id])
    return payment_file(found[file_id]) if file_id in found else None


@query(Permission.PAYOUTS_READ, "Payment files, newest first; staff see them.")
async def files(
    reading: Reading,
    filter: Annotated[PaymentFileFilter | None, argument("Which.")] = None,  # noqa: A002
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[PaymentFile]:
    """By filter."""
    reads = reading.reads.payment_files
    wanted = _wanted(filter, reading.context)
    page = await reads.payment_files(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, payment_file, reads.place)


@mutation(Permission.PAYOUTS_WRITE, "Deliver a payment file at once, rather than when its pause is over.")
async def retry(context: Context, input: RetryPaymentFileInput) -> RetryPaymentFileResult:  # noqa: A002
    """Run `retry_payment_file`."""
    command = RetryPaymentFile(payment_file_id=parse_id(Prefix.PAYMENT_FILE, input.payment_file_id, ("paymentFileId",)))
    return RetryPaymentFilePayload(
        payment_file=payment_file(await retry_payment_file(context.files, context.actor, command))
    )


def _wanted(given: PaymentFileFilter | None, context: Context) -> filters.PaymentFileFilter:
    if given is None:
        return filters.PaymentFileFilter()
    return filters.PaymentFileFilter(
        statuses=None if given.status is None else tuple(given.status),
        house_accounts=None if given.house_account is None else tuple(given.house_account),
        currencies=codes_of(given.currency, context.currency_of, "filter", "currency"),
    )


@strawberry.type
class PaymentFileQueries:
    """The fields that payment files add to Query."""

    payment_file = one_file
    payment_files = files


@strawberry.type
class PaymentFileMutations:
    """The fields that payment files add to Mutation."""

    retry_payment_file = retry
