"""Look-ups of evidence files; every read is scoped, a level of a query costs one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, any_, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres.disputes.children import keys_of
from adapters.postgres.disputes.file_rows import file_of
from adapters.postgres.disputes.file_tables import evidence_files
from adapters.postgres.statement import Statement
from domain.disputes.evidence_file import FileStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from sqlalchemy import Select

    from adapters.postgres.database import Database
    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence_file import EvidenceFile
    from domain.identity.actor import Scope

_UUIDS = ARRAY(Uuid())
_T = evidence_files
_MOST_OF_A_DISPUTE = 200
"""More are only there where refused ones were sent again and again."""
_BY_IDS = Statement(select(_T).where(_T.c.id == any_(bindparam("ids", type_=_UUIDS))))


def _of_disputes() -> Select[tuple[object, ...]]:
    """The files of each dispute by themselves: an index has their order, and nothing is sorted."""
    parents = func.unnest(bindparam("merchant_ids", type_=_UUIDS), bindparam("ids", type_=_UUIDS))
    parent = parents.table_valued(column("merchant_id", Uuid()), column("id", Uuid()), name="parent").render_derived()
    gone = (FileStatus.EXPIRED.value, FileStatus.REMOVED.value)
    of_parent = select(_T).where(
        _T.c.merchant_id == parent.c.merchant_id,
        _T.c.dispute_id == parent.c.id,
        *(_T.c.status != status for status in gone),
    )
    own = of_parent.order_by(_T.c.id).limit(_MOST_OF_A_DISPUTE).lateral("own")
    return select(own).select_from(parent.join(own, true()))


_OF_DISPUTES = Statement(_of_disputes())


class EvidenceFileReads:
    """The read side of evidence files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def evidence_files(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, EvidenceFile]:
        """Files by id; what is missing does not exist for this scope."""
        found = await self._database.fetch(scope, _BY_IDS, ids=list(ids))
        return {row["id"]: file_of(row) for row in found if scope.covers(row["merchant_id"])}

    async def evidence_files_of(self, scope: Scope, disputes: Sequence[Dispute]) -> list[list[EvidenceFile]]:
        """Each dispute's files of all stages, the oldest first, without those that are gone."""
        merchant_ids, ids = keys_of(disputes)
        found = await self._database.fetch(scope, _OF_DISPUTES, merchant_ids=merchant_ids, ids=ids)
        children: defaultdict[UUID, list[EvidenceFile]] = defaultdict(list)
        for row in found:
            if scope.covers(row["merchant_id"]):
                children[row["dispute_id"]].append(file_of(row))
        return [children[dispute.id] for dispute in disputes]
