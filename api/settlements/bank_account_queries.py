"""The queries of bank accounts: parse filter and page, call one scoped read, show the rows."""

from typing import Annotated

import strawberry

from api.connection import After, Before, Connection, First, Last, connection
from api.context import Reading
from api.describing import argument
from api.fields import query
from api.settlements.bank_account_inputs import BankAccountFilter, wanted_accounts
from api.settlements.bank_accounts import READ, BankAccount, bank_account
from domain.kernel.ids import Prefix, parse_id
from domain.kernel.paging import PageRequest


@query(READ, "One bank account, or null when there is none that you can see.")
async def one(
    reading: Reading,
    id: Annotated[strawberry.ID, argument("Its id.")],  # noqa: A002 - GraphQL's word
) -> BankAccount | None:
    """By id."""
    account_id = parse_id(Prefix.BANK_ACCOUNT, id)
    found = await reading.reads.bank_accounts.accounts(reading.scope, [account_id])
    return bank_account(found[account_id]) if account_id in found else None


@query(READ, "Bank accounts, newest first.")
async def many(
    reading: Reading,
    filter: Annotated[BankAccountFilter | None, argument("Which.")] = None,  # noqa: A002 - GraphQL's word
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[BankAccount]:
    """By filter."""
    reads = reading.reads.bank_accounts
    wanted = wanted_accounts(filter, reading.context)
    page = await reads.search(reading.scope, wanted, PageRequest.of(first, after, last, before))
    return connection(page, bank_account, reads.place)


@strawberry.type
class BankAccountQueries:
    """The fields that bank accounts add to Query."""

    bank_account = one
    bank_accounts = many
