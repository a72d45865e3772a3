"""Settlement accounts, read back, with what is open, held in reserve and adjusted; every read is scoped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.postgres.conditions import Conditions, newest_first
from adapters.postgres.keyset import Key, cursor_of, position_of, slice_of
from adapters.postgres.settlements import rows
from domain.kernel.paging import Slice

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from adapters.postgres.database import Database
    from domain.identity.actor import Scope
    from domain.kernel.paging import PageRequest
    from domain.settlements.adjustment import SettlementAdjustment
    from domain.settlements.filter import SettlementAccountFilter
    from domain.settlements.reserve_hold import ReserveHold
    from domain.settlements.settlement import Settlement
    from domain.settlements.settlement_account import SettlementAccount

AccountKey = tuple[UUID, str]
"""A merchant and the code of a currency."""
_ACCOUNT = b"c"
_BY_KEYS = """
SELECT a.* FROM unnest($1::uuid[], $2::text[]) AS k(merchant_id, currency)
JOIN settlement_accounts AS a ON (a.merchant_id, a.currency) = (k.merchant_id, k.currency)
"""
_OF_MERCHANTS = "SELECT * FROM settlement_accounts WHERE merchant_id = ANY ($1::uuid[]) ORDER BY currency"
_OLDEST_OPEN = """
SELECT s.* FROM unnest($1::uuid[], $2::text[]) AS k(merchant_id, currency)
CROSS JOIN LATERAL (
    SELECT * FROM settlements WHERE merchant_id = k.merchant_id AND currency = k.currency AND status = 'OPEN'
    ORDER BY number LIMIT 1
) AS s
"""
_RESERVES_OF = """
SELECT h.* FROM unnest($1::uuid[], $2::uuid[]) AS s(merchant_id, id)
JOIN reserve_holds AS h ON (h.merchant_id, h.settlement_id) = (s.merchant_id, s.id)
"""
_HELD = """
SELECT h.* FROM unnest($1::uuid[], $2::text[]) AS k(merchant_id, currency)
CROSS JOIN LATERAL (
    SELECT * FROM reserve_holds
    WHERE merchant_id = k.merchant_id AND currency = k.currency AND released_at IS NULL {beyond}
    ORDER BY id LIMIT $3
) AS h
"""


class SettlementAccountReads:
    """The part of `api.settlements.reads.SettlementReads` that is about accounts, reserves and adjustments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accounts(
        self, scope: Scope, wanted: SettlementAccountFilter, request: PageRequest
    ) -> Slice[SettlementAccount]:
        """One page, those of the newest merchants first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.any_of("currency", wanted.currency)
        conditions.add("(hold_reason IS NOT NULL) = {}::boolean", wanted.on_hold)
        upward = request.backward
        if request.cursor is not None:
            key, merchant_id = position_of(_ACCOUNT, request.cursor, "before" if upward else "after")
            code = conditions.bind(_code(key))
            place = f"(merchant_id, currency) {'>' if upward else '<'} ({{}}::uuid, {code}::text)"
            conditions.add(place, merchant_id)
        most = conditions.bind(request.limit + 1)
        direction = "ASC" if upward else "DESC"
        ordered = f"merchant_id {direction}, currency {direction}"
        page = f"SELECT * FROM settlement_accounts WHERE {conditions} ORDER BY {ordered} LIMIT {most}"  # noqa: S608 - values are bound
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, rows.account_of)

    @staticmethod
    def account_cursor(account: SettlementAccount) -> str:
        """Where an account stands in a list."""
        return cursor_of(_ACCOUNT, int.from_bytes(account.currency.code.encode()), account.merchant_id)

    async def accounts_by_key(
        self, scope: Scope, keys: Collection[AccountKey]
    ) -> Mapping[AccountKey, SettlementAccount]:
        """Those within the scope."""
        found = await self._by_keys(scope, _BY_KEYS, keys)
        return {(row["merchant_id"], row["currency"]): rows.account_of(row) for row in found}

    async def accounts_of_merchants(
        self, scope: Scope, merchant_ids: Sequence[UUID]
    ) -> Mapping[UUID, list[SettlementAccount]]:
        """Of each merchant within the scope all, by currency."""
        wanted = [merchant_id for merchant_id in dict.fromkeys(merchant_ids) if scope.covers(merchant_id)]
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_OF_MERCHANTS, wanted)
        accounts: defaultdict[UUID, list[SettlementAccount]] = defaultdict(list)
        for row in found:
            accounts[row["merchant_id"]].append(rows.account_of(row))
        return accounts

    async def oldest_open(self, scope: Scope, keys: Collection[AccountKey]) -> Mapping[AccountKey, Settlement]:
        """The settlements that are closed next."""
        found = await self._by_keys(scope, _OLDEST_OPEN, keys)
        return {(row["merchant_id"], row["currency"]): rows.settlement_of(row) for row in found}

    async def reserves_of(self, scope: Scope, settlements: Sequence[Settlement]) -> Mapping[UUID, ReserveHold]:
        """By the settlements' ids, what is or was held of them."""
        own = {one.id: one.merchant_id for one in settlements if scope.covers(one.merchant_id)}
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(_RESERVES_OF, list(own.values()), list(own))
        return {row["settlement_id"]: rows.hold_of(row) for row in found}

    async def held(
        self, scope: Scope, accounts: Sequence[SettlementAccount], request: PageRequest
    ) -> list[Slice[ReserveHold]]:
        """A page of what each account has in reserve, oldest first; raise `Invalid` for a cursor that is none."""
        beyond, position = "", ()
        if request.cursor is not None:
            beyond, position = "AND id > $4::uuid", position_of(Key.ID, request.cursor, "after")[1:]
        keys = [(account.merchant_id, account.currency.code) for account in accounts]
        text = _HELD.format(beyond=beyond)
        found = await self._by_keys(scope, text, keys, request.limit + 1, *position)
        holds: defaultdict[AccountKey, list[ReserveHold]] = defaultdict(list)
        for row in found:
            holds[row["merchant_id"], row["currency"]].append(rows.hold_of(row))
        return [
            Slice(
                rows=holds[key][: request.limit],
                has_next=len(holds[key]) > request.limit,
                has_previous=request.cursor is not None,
            )
            for key in keys
        ]

    async def reserves_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, ReserveHold]:
        """Those within the scope."""
        return {row["id"]: rows.hold_of(row) for row in await self._by_id(scope, "reserve_holds", ids)}

    async def adjustments(
        self, scope: Scope, currency: tuple[str, ...] | None, request: PageRequest
    ) -> Slice[SettlementAdjustment]:
        """One page, newest first; raise `Invalid` for a cursor that is none."""
        conditions = Conditions()
        conditions.scope(scope)
        conditions.any_of("currency", currency)
        page = newest_first("settlement_adjustments", conditions, request)
        async with self._database.connection(scope) as connection:
            found = await connection.fetch(page, *conditions.arguments)
        return slice_of(found, request, rows.adjustment_of)

    async def adjustments_by_id(self, scope: Scope, ids: Collection[UUID]) -> Mapping[UUID, SettlementAdjustment]:
        """Those within the scope."""
        return {row["id"]: rows.adjustment_of(row) for row in await self._by_id(scope, "settlement_adjustments", ids)}

    async def _by_id(self, scope: Scope, table: str, ids: Collection[UUID]) -> list[Any]:
        conditions = Conditions()
        conditions.scope(scope)
        conditions.add("id = ANY ({}::uuid[])", list(ids))
        async with self._database.connection(scope) as connection:
            return await connection.fetch(f"SELECT * FROM {table} WHERE {conditions}", *conditions.arguments)  # noqa: S608 - values are bound

    async def _by_keys(self, scope: Scope, statement: str, keys: Collection[AccountKey], *more: object) -> list[Any]:
        own = [key for key in dict.fromkeys(keys) if scope.covers(key[0])]
        async with self._database.connection(scope) as connection:
            return await connection.fetch(statement, [key[0] for key in own], [key[1] for key in own], *more)


def _code(key: int) -> str:
    # Whatever was packed: a cursor that somebody made up finds its own place, and nothing else.
    return (key & 0xFFFFFF).to_bytes(3).decode("ascii", "replace").replace("\0", "A")
