"""The write side of customers, and of idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.payments import rows, tables
from adapters.postgres.statement import Statement, select_row
from domain.kernel.errors import NotFound
from domain.kernel.idempotency import KeyClaim
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Table

    from adapters.postgres.database import FencedConnection
    from domain.payments.customer import Customer


def _insert_unless_there(table: Table) -> Statement:
    columns = [c for c in table.columns if c.computed is None]
    values = {c.key: bindparam(c.key, type_=c.type) for c in columns}
    return Statement(insert(table).values(values).on_conflict_do_nothing())


_C = tables.customers
_K = tables.idempotency_keys
_GET = select_row(_C)
_ADD = _insert_unless_there(_C)
_BY_EMAIL = Statement(
    select(_C).where(_C.c.merchant_id == bindparam("merchant_id"), _C.c.email_key == bindparam("email_key"))
)
_CLAIM = _insert_unless_there(_K)
_EARLIER = Statement(
    select(_K).where(
        _K.c.merchant_id == bindparam("merchant_id"),
        _K.c.mutation == bindparam("mutation"),
        _K.c.key == bindparam("key"),
    )
)


class CustomerStore:
    """Satisfies `domain.payments.ports.Customers` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def get(self, merchant_id: UUID, customer_id: UUID) -> Customer:
        """The customer; raise `NotFound`."""
        row = await self._connection.fetchrow(_GET.sql, *_GET.args(key_merchant_id=merchant_id, key_id=customer_id))
        if row is None:
            what = "The customer"
            raise NotFound(what, ("customer", "id"))
        return rows.customer_of(row)

    async def find_or_add(self, customer: Customer) -> Customer:
        """The merchant's customer of that e-mail address, or this new one."""
        # Not casefold(): it would make one customer of straße@ and strasse@, which are two mailboxes.
        email_key = customer.email and customer.email.lower()
        status = await self._connection.execute(
            _ADD.sql,
            *_ADD.args(
                merchant_id=customer.merchant_id,
                id=customer.id,
                email=customer.email,
                email_key=email_key,
                name=customer.name,
                country=customer.country,
                created_at=customer.created_at,
            ),
        )
        if status == "INSERT 0 1":
            return customer
        row = await self._connection.fetchrow(
            _BY_EMAIL.sql, *_BY_EMAIL.args(merchant_id=customer.merchant_id, email_key=email_key)
        )
        if row is None:
            what = "The customer"
            raise NotFound(what)
        return rows.customer_of(row)


class KeyStore:
    """Satisfies `domain.kernel.idempotency.IdempotencyKeys` in one transaction."""

    def __init__(self, connection: FencedConnection) -> None:
        self._connection = connection

    async def claim(self, claim: KeyClaim) -> KeyClaim | None:
        """Claim the key in this unit; when it was claimed before, the earlier claim instead.

        A claim that another transaction has not committed yet is waited for. Raises `Contention` when there is an
        earlier one that cannot be read, as when it was just removed: to take the key for free would do it all twice.
        """
        status = await self._connection.execute(
            _CLAIM.sql,
            *_CLAIM.args(
                merchant_id=claim.merchant_id,
                mutation=claim.mutation,
                key=claim.key,
                input_hash=claim.input_hash,
                payment_id=claim.payment_id,
                operation_id=claim.operation_id,
                claimed_at=claim.claimed_at,
            ),
        )
        if status == "INSERT 0 1":
            return None
        row = await self._connection.fetchrow(
            _EARLIER.sql,
            *_EARLIER.args(merchant_id=claim.merchant_id, mutation=claim.mutation, key=claim.key),
        )
        if row is None:
            message = "The idempotency key was claimed and let go at the same time; try again."
            raise Contention(message)
        return KeyClaim(**dict(row))
