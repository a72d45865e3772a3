"""The read side of bank accounts; the numbers stay sealed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, position_of, slice_of
from adapters.postgres.settlements import bank_account_rows as rows
from domain.kernel.paging import Slice

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.merchants.merchant import Merchant
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_filter import BankAccountFilter
    from domain.settlements.bank_account_reveal import BankAccountReveal

_OF_MERCHANTS = """
SELECT a.* FROM unnest($1::uuid[]) AS m (id)
CROSS JOIN LATERAL (
    SELECT * FROM bank_accounts WHERE merchant_id = m.id {beyond} ORDER BY id DESC LIMIT $2
) AS a
"""
_REVEALS = """
SELECT r.* FROM unnest($1::uuid[], $2::uuid[]) AS a (merchant_id, id)
CROSS JOIN LATERAL (
    SELECT * FROM bank_account_reveals WHERE merchant_id = a.merchant_id AND bank_account_id = a.id
    ORDER BY id DESC LIMIT $3
) AS r
"""


class BankAccountReads:
    """Satisfies `api.settlements.bank_account_reads.BankAccountReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, scope: Scope, wanted: BankAccountFilter, request: PageRequest) -> Slice[BankAccount]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        merchants = None if wanted.merchant_ids is None else list(wanted.merchant_ids)
        conditions.add("merchant_id = ANY ({}::uuid[])", merchants)
        conditions.any_of("currency", wanted.currency)
        conditions.any_of("status", wanted.status)
        page = newest_first("bank_accounts", conditions, request)
        async with self._database.connection(scope) as connection:
            return slice_of(await connection.fetch(page, *conditions.arguments), request, rows.account_of)

    async def accounts(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, BankAccount]:
        """Accounts by id."""
        async with self._database.connection(scope) as connection:
            found = await connection.fetch("SELECT * FROM bank_accounts WHERE id = ANY ($1::uuid[])", list(ids))
        return {row["id"]: rows.account_of(row) for row in found}

    async def of_merchants(
        self, scope: Scope, merchants: Sequence[Merchant], request: PageRequest
    ) -> list[Slice[BankAccount]]:
        """A page of each merchant's accounts, newest first; raise `Invalid` for a cursor that is none."""
        ids = [id_ for id_ in dict.fromkeys(merchant.id for merchant in merchants) if scope.covers(id_)]
        beyond, position = "", ()
        if request.cursor is not None:
            beyond, position = "AND id < $3::uuid", position_of(Key.ID, request.cursor, "after")[1:]
        statement = _OF_MERCHANTS.format(beyond=beyond)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(statement, ids, request.limit + 1, *position)
        accounts: defaultdict[UUID, list[BankAccount]] = defaultdict(list)
        for row in found:
            accounts[row["merchant_id"]].append(rows.account_of(row))
        return [_first(accounts[merchant.id], request) for merchant in merchants]

    async def reveals(self, scope: Scope, accounts: Sequence[BankAccount], limit: int) -> list[list[BankAccountReveal]]:
        """The newest readings of each account's number."""
        own = {account.id: account.merchant_id for account in accounts if scope.covers(account.merchant_id)}
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_REVEALS, list(own.values()), list(own), limit)
        reveals: defaultdict[UUID, list[BankAccountReveal]] = defaultdict(list)
        for row in found:
            reveals[row["bank_account_id"]].append(rows.reveal_of(row))
        return [reveals.get(account.id, []) for account in accounts]

    @staticmethod
    def place(account: BankAccount) -> str:
        """Where an account stands in a list."""
        return cursor_of(Key.ID, 0, account.id)


def _first(found: list[BankAccount], request: PageRequest) -> Slice[BankAccount]:
    more = len(found) > request.limit
    return Slice(rows=found[: request.limit], has_next=more, has_previous=request.cursor is not None)
