"""Killed at every step between an approved payout and the bank; afterwards the bank has each once, and none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from adapters.postgres.database import Database
from adapters.postgres.verification.payment_file_checks import PAYMENT_FILE_CHECKS
from app.simulator.bank.payment_file import read_payment_file
from domain.identity.actor import Scope
from tests.faults.installation import query
from tests.faults.payment_file_story import approve, recover, tell

ROOT = Path(__file__).parents[2]
_UNITS = ("prepare", "take", "delivered")
# Whether the bank has a file already when the process dies there.
_EVERY = {
    **{f"payment_file.{unit}.{moment}": False for unit in _UNITS[:2] for moment in ("before_commit", "committed")},
    "payment_file.deliver.before": False,
    "payment_file.deliver.done": True,
    **{f"payment_file.delivered.{moment}": True for moment in ("before_commit", "committed")},
    # In the middle of several files.
    "payment_file.prepare.before_commit=2": False,
    "payment_file.deliver.before=2": True,
    "payment_file.deliver.done=2": True,
}
# Each costs a start of the program. Here: a file that nobody has sent, and files that were sent and not recorded.
_SOME = ("payment_file.prepare.committed", "payment_file.deliver.before=2", "payment_file.deliver.done")
ARMED = list(_EVERY) if int(os.environ.get("FAULT_ROUNDS", "0")) else list(_SOME)
_STATUSES = "SELECT DISTINCT p.status, f.status FROM payouts AS p JOIN payment_files AS f ON f.id = p.payment_file_id"


def die(dsn: str, folder: Path, failpoint: str) -> int:
    """Tell the story in a process of its own, which is killed at the failpoint; how it ended."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.payment_file_story", dsn, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PAYDESK_FAILPOINTS": failpoint},
        check=False,
        timeout=120,
    )
    return ended.returncode


def told(folder: Path) -> Counter[str]:
    """How often the bank is told of each payout."""
    files = [read_payment_file(path.read_bytes()) for path in sorted(folder.glob("*.xml"))]
    return Counter(transfer.end_to_end_id for file in files for transfer in file.transfers)


async def violations(dsn: str) -> list[str]:
    """What the checks of payment files find."""
    database = await Database.connect(dsn, size=1)
    try:
        async with database.connection(Scope(None)) as connection:
            return [line for check in PAYMENT_FILE_CHECKS for line in await check.violations(connection)]
    finally:
        await database.close()


@pytest.mark.parametrize("failpoint", ARMED)
async def test_killed_on_the_way_to_the_bank(database_url: str, tmp_path: Path, failpoint: str) -> None:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    payouts = await approve(database_url, folder)
    assert die(database_url, folder, failpoint) == -signal.SIGKILL, "the failpoint was never passed"
    assert bool(told(folder)) == _EVERY[failpoint]
    assert await violations(database_url) == []
    await recover(database_url, folder)
    assert told(folder) == Counter({payout.end_to_end_id: 1 for payout in payouts})
    assert await query(database_url, _STATUSES) == [("IN_TRANSIT", "DELIVERED")]
    assert await query(database_url, "SELECT count(*) FROM payouts WHERE payment_file_id IS NULL") == [(0,)]
    assert await violations(database_url) == []


async def test_control_a_file_under_another_name_would_be_found_out(database_url: str, tmp_path: Path) -> None:
    """The test above is only worth something if it would notice a payout that the bank has twice."""
    await approve(database_url, tmp_path)
    await tell(database_url, tmp_path)
    first = next(tmp_path.glob("*.xml"))
    (tmp_path / "again.xml").write_bytes(first.read_bytes())
    assert 2 in told(tmp_path).values()
