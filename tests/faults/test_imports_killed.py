"""Whoever imports a bank statement dies at any step: begun again, all of it is there, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.bank_statements import Sheet, a_debit, a_file
from tests.faults.import_story import tell
from tests.faults.installation import query, violations

ROOT = Path(__file__).parents[2]
LINES = tuple(a_debit(f"{number}.00", f"PYO{number}") for number in range(1, 24))
# Nothing known, bytes half kept, in the middle of the entries, all entries but none that counts.
SOME = (
    "import.watch.before_commit",
    "file.write.done",
    "import.batch.before_commit=2",
    "import.batch.committed=3",
    "import.finish.before_commit",
)
EVERY = (
    *SOME,
    "import.watch.committed",
    "import.lease.committed",
    "file.write.before",
    "import.keep.before_commit",
    "import.keep.committed",
    "import.begin.committed",
    "import.batch.committed",
    "import.finish.committed",
)
_COUNTED = """
SELECT count(*), sum(amount_minor)::bigint, count(DISTINCT e.id) FROM bank_entries AS e
JOIN bank_statements AS s ON s.id = e.statement_id AND s.status = 'IMPORTED'
"""


@pytest.mark.parametrize("failpoint", EVERY if int(os.environ.get("FAULT_ROUNDS", "0")) else SOME)
async def test_killed_and_begun_again(database_url: str, tmp_path: Path, failpoint: str) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "january.xml").write_bytes(a_file(Sheet(lines=LINES)))
    os.utime(inbox / "january.xml", (0, 0))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.import_story", database_url, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL
    await tell(database_url, tmp_path)
    total = -sum(range(1, 24)) * 100
    assert await query(database_url, _COUNTED) == [(23, total, 23)]
    assert await query(database_url, "SELECT status, entries FROM statement_imports") == [("IMPORTED", 23)]
    await tell(database_url, tmp_path)
    assert await query(database_url, _COUNTED) == [(23, total, 23)]
    assert await violations(database_url) == []
