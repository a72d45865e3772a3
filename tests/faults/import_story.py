"""A program that imports bank statements until it is killed: `python -m tests.faults.import_story DSN FOLDER`.

What lies in FOLDER/inbox is taken and read in batches of five. Leases of workers that were killed are taken for over.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from adapters.banks.statement_inbox import open_inbox
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import LocalFiles
from domain.identity.actor import system_actor
from domain.kernel.clock import SystemClock
from domain.reconciliation.resume_imports import ResumeImports, resume_imports
from domain.reconciliation.watch_statements import WatchStatements, watch_statements
from tests.fakes.reconciliation_desk import ReconciliationDesk
from tests.faults.installation import query

_ACTOR = system_actor("tests.import")


async def tell(dsn: str, folder: Path) -> None:
    """Take what the bank has left, and read it."""
    await query(dsn, "UPDATE statement_imports SET leased_until = now() WHERE status = 'READING'")
    database = await Database.connect(dsn, size=3)
    try:
        clock = SystemClock()
        tokens = LinkTokens("a secret of tests only" * 2, clock)
        files = BankFiles(LocalFiles(folder / "files", tokens, "http://localhost"), tokens, "http://localhost")
        desk = ReconciliationDesk(PostgresUnits(database), clock)
        ports = replace(desk.ports, files=files, inbox=open_inbox(f"file://{folder}/inbox"))
        await watch_statements(ports, _ACTOR, WatchStatements())
        await resume_imports(ports, _ACTOR, ResumeImports(batch=5))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(tell(sys.argv[1], Path(sys.argv[2])))
