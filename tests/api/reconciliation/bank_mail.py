"""What a bank sends about our accounts: statements that are imported and looked at, and many of them at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.reconciliation.import_statement import ImportStatement, import_statement
from domain.reconciliation.match_entries import MatchEntries, match_entries
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from tests.api.graph import SYSTEM
from tests.builders.bank_statements import Line, Sheet, a_credit, a_file
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.fakes.reconciliation_desk import ACCOUNT

if TYPE_CHECKING:
    from domain.reconciliation.ports import ReconciliationPorts
    from tests.api.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMail:
    """The graph's, but for the account, which no setting names."""

    graph: Graph

    @property
    def ports(self) -> ReconciliationPorts:
        """With an account of ours in euros."""
        return replace(self.graph.assembly.reconciliation, accounts=(ACCOUNT,))

    async def imported(self, *lines: Line) -> str:
        """The id of an import that was read to its end, of a statement of these entries."""
        content = a_file(Sheet(lines=lines, reference=uuid4().hex[:20]))
        return await self._read(content)

    async def quarantined(self) -> str:
        """The id of an import that is no statement."""
        return await self._read(f"<no>{uuid4()}</no>".encode())

    async def item(self, line: Line | None = None) -> str:
        """The id of an item: a credit of 98.50 euros, unless told otherwise."""
        await self.imported(line or a_credit("98.50", None))
        await match_entries(self.ports, SYSTEM, MatchEntries())
        found = await self.graph.value("SELECT id FROM reconciliation_items ORDER BY id DESC LIMIT 1")
        return format_id(Prefix.RECONCILIATION, found)

    async def owned(self) -> str:
        """The id of an item that somebody of the staff works on."""
        person = new_uuid(MORNING)
        await self.graph.database.execute(
            "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, 'STAFF', 'Clara', 'ACTIVE', now())",
            person,
        )
        item = await self.item()
        given = {"itemId": item, "ownerId": format_id(Prefix.USER, person)}
        answer = await self.graph.change("assignReconciliationItem", self.graph.staff, **given)
        assert answer["__typename"] == "AssignReconciliationItemPayload", answer
        return item

    async def remittance(self) -> str:
        """The id of a remittance of which 98.50 euros are to come."""
        command = RecordRemittance(gateway="acquirer", reference=uuid4().hex[:12], gross=eur(100), costs=eur("1.50"))
        recorded = await record_remittance(self.ports, SYSTEM, command)
        return format_id(Prefix.REMITTANCE, recorded.id)

    async def _read(self, content: bytes) -> str:
        given = await import_statement(self.ports, SYSTEM, ImportStatement(text=content.decode(), name="mail.xml"))
        await resume_imports(self.ports, SYSTEM, ResumeImports())
        return format_id(Prefix.STATEMENT_IMPORT, given.imported.id)


async def write_bank_mail(graph: Graph, many: int) -> None:
    """So many imports, each of a statement with an entry that is an item, and so many remittances."""
    mail = BankMail(graph=graph)
    for number in range(many):
        await mail.item(a_credit(f"{number + 1}.00", None))
        await mail.remittance()
