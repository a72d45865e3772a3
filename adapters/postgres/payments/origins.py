"""Where payments came from: personal data, beside the payments and not within."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from adapters.postgres.hydration import hydrator
from adapters.postgres.payments.tables import payment_origins
from adapters.postgres.statement import Statement, insert_row
from domain.payments.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.postgres.database import Database, FencedConnection
    from domain.identity.actor import Scope
    from domain.payments.payment import Payment

_T = payment_origins
_UUIDS = ARRAY(Uuid())
_INSERT = insert_row(_T)
_OF_PAYMENTS = Statement(
    select(_T).where(
        _T.c.merchant_id == any_(bindparam("merchant_ids", type_=_UUIDS)),
        _T.c.payment_id == any_(bindparam("payment_ids", type_=_UUIDS)),
    )
)
origin_of = hydrator(Origin, checked=False)
"""An origin from its row."""


class OriginStore:
    """Satisfies `domain.payments.ports.Origins` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def add(self, payment: Payment, origin: Origin) -> None:
        """Of a new payment."""
        values = {name: getattr(origin, name) for name in Origin.__slots__}
        arguments = _INSERT.args(merchant_id=payment.merchant_id, payment_id=payment.id, **values)
        await self._connection.execute(_INSERT.sql, *arguments)


async def origins_of(database: Database, scope: Scope, payments: Sequence[Payment]) -> dict[UUID, Origin]:
    """The origins of payments, by the payments' ids, as far as they are known."""
    covered = [payment for payment in payments if scope.covers(payment.merchant_id)]
    found = await database.fetch(
        scope,
        _OF_PAYMENTS,
        merchant_ids=list({payment.merchant_id for payment in covered}),
        payment_ids=[payment.id for payment in covered],
    )
    return {row["payment_id"]: origin_of(row) for row in found}
