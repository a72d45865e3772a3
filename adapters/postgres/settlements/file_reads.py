"""Payment files to look at, without their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, position_of, slice_of
from adapters.postgres.settlements.file_rows import FILE_COLUMNS, payment_file_of
from adapters.postgres.settlements.payout_rows import payout_of
from domain.kernel.ids import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from asyncpg import Record

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest, Slice
    from domain.settlements.payment_file import PaymentFile
    from domain.settlements.payment_file_filter import PaymentFileFilter
    from domain.settlements.payout import Payout

_FILES = f"(SELECT {FILE_COLUMNS} FROM payment_files) AS file"  # noqa: S608 - names of ours


class PaymentFileReads:
    """Satisfies `api.settlements.file_reads.PaymentFileReads`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def payment_files(self, scope: Scope, wanted: PaymentFileFilter, request: PageRequest) -> Slice[PaymentFile]:
        """One page, newest first; the platform's are in a scope of all merchants alone."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.any_of("status", wanted.statuses)
        conditions.any_of("house_account", wanted.house_accounts)
        conditions.any_of("currency", wanted.currencies)
        text = newest_first(_FILES, conditions, request)
        async with self._database.connection(scope) as connection:
            return slice_of(await connection.fetch(text, *conditions.arguments), request, payment_file_of)

    async def payment_files_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, PaymentFile]:
        """Those within the scope."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        text = f"SELECT * FROM {_FILES} WHERE {conditions}"  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(text, *conditions.arguments)
        return {row["id"]: payment_file_of(row) for row in found}

    async def payouts_of_files(
        self, scope: Scope, files: Sequence[PaymentFile], request: PageRequest
    ) -> list[Slice[Payout]]:
        """Of each file one page of its payouts within the scope, oldest first, in one statement."""
        _, after = (0, PLATFORM) if request.cursor is None else position_of(Key.ID, request.cursor, "after")
        conditions = Conditions()
        ids = conditions.bind([file.id for file in files])
        conditions.scope(scope, "p.merchant_id")
        conditions.add("p.id > {}::uuid", after)
        most = conditions.bind(request.limit + 1)
        text = f"""
            SELECT page.* FROM unnest({ids}::uuid[]) AS file (id) CROSS JOIN LATERAL (
                SELECT p.* FROM payouts AS p
                WHERE p.payment_file_id = file.id AND {conditions} ORDER BY p.id LIMIT {most}
            ) AS page
            ORDER BY page.id
        """  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(text, *conditions.arguments)
        own: dict[UUID, list[Record]] = {}
        for row in found:
            own.setdefault(row["payment_file_id"], []).append(row)
        return [slice_of(own.get(file.id, []), request, payout_of) for file in files]

    @staticmethod
    def place(row: PaymentFile | Payout) -> str:
        """Where a row stands in a list that is in the order of ids."""
        return cursor_of(Key.ID, 0, row.id)
