"""What hangs on payments and disputes; a level of a query costs one statement."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Uuid, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.disputes import rows, tables
from adapters.postgres.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from asyncpg import Record
    from sqlalchemy import ColumnElement, Table

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.disputes.early_fraud_warning import EarlyFraudWarning
    from domain.disputes.evidence import Evidence
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.response import DisputeResponse
    from domain.identity.actor import Scope
    from domain.payments.payment import Payment

Entity = TypeVar("Entity")
_UUIDS = ARRAY(Uuid())
_MOST = 200
"""Of what others send: no case that is real comes near it."""


class Parent(Protocol):
    """What has children, at a merchant."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def merchant_id(self) -> UUID: ...  # noqa: D102


def keys_of(parents: Iterable[Parent]) -> tuple[list[UUID], list[UUID]]:
    """The merchants and ids of parents, each parent once: a level may hold the same object in several places."""
    merchants = {parent.id: parent.merchant_id for parent in parents}
    return list(merchants.values()), list(merchants)


def _of(table: Table, own: str, order: ColumnElement[Any]) -> Statement:
    """The rows of each parent by themselves: an index leads to them."""
    parents = func.unnest(bindparam("merchant_ids", type_=_UUIDS), bindparam("ids", type_=_UUIDS))
    parent = parents.table_valued(column("merchant_id", Uuid()), column("id", Uuid()), name="parent").render_derived()
    of_parent = select(table).where(table.c.merchant_id == parent.c.merchant_id, table.c[own] == parent.c.id)
    children = of_parent.order_by(order).limit(_MOST).lateral("own")
    return Statement(select(children).select_from(parent.join(children, true())))


_DISPUTES = _of(tables.disputes, "payment_id", tables.disputes.c.id)
_WARNINGS = _of(tables.early_fraud_warnings, "payment_id", tables.early_fraud_warnings.c.id)
_EVIDENCE = _of(tables.dispute_evidence, "dispute_id", tables.dispute_evidence.c.stage)
_RESPONSES = _of(tables.dispute_responses, "dispute_id", tables.dispute_responses.c.id)
_NOTICES = _of(tables.dispute_notices, "dispute_id", tables.dispute_notices.c.occurred_at)


class DisputeChildren:
    """Relations to many, whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def disputes_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[Dispute]]:
        """Each payment's disputes, oldest first."""
        return await self._of(scope, _DISPUTES, "payment_id", payments, rows.dispute_of)

    async def warnings_of(self, scope: Scope, payments: Sequence[Payment]) -> list[list[EarlyFraudWarning]]:
        """Each payment's early fraud warnings, oldest first."""
        return await self._of(scope, _WARNINGS, "payment_id", payments, rows.warning_of)

    async def evidence_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[Evidence]]:
        """Each dispute's evidence, in the order of stages."""
        found = await self._of(scope, _EVIDENCE, "dispute_id", disputes, rows.evidence_of)
        return [sorted(evidence, key=lambda one: one.stage.rank) for evidence in found]

    async def responses_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[DisputeResponse]]:
        """Each dispute's answers, oldest first."""
        return await self._of(scope, _RESPONSES, "dispute_id", disputes, rows.response_of)

    async def notices_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[DisputeNotice]]:
        """What networks said of each dispute, in the order in which it happened."""
        return await self._of(scope, _NOTICES, "dispute_id", disputes, rows.notice_of)

    async def _of(
        self,
        scope: Scope,
        statement: Statement,
        own: str,
        parents: Sequence[Parent],
        entity: Callable[[Record], Entity],
    ) -> list[list[Entity]]:
        merchant_ids, ids = keys_of(parents)
        found = await self._database.fetch(scope, statement, merchant_ids=merchant_ids, ids=ids)
        children: defaultdict[UUID, list[Entity]] = defaultdict(list)
        for row in found:
            if scope.covers(row["merchant_id"]):
                children[row[own]].append(entity(row))
        return [children[parent.id] for parent in parents]
