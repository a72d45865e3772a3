"""How the tests are dealt to the workers: what takes long first, and what shares a long preparation to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

# Few tests that take long, the longest first. The other files follow, those with the most tests first.
LONG = (
    "tests/app/demo/seed/",
    "tests/portal/",
    "tests/adapters/postgres/payments/test_lists.py",
    "tests/app/demo/test_supervisor.py",
    "tests/api/execution/test_random_operations.py",
    "tests/faults/test_files_killed.py",
    "tests/faults/test_kill.py",
    "tests/faults/test_server_failpoints.py",
    "tests/api/test_tenancy.py",
    "tests/docs/test_commands.py",
    "tests/app/test_worker.py",
    "tests/app/test_postgres.py",
    "tests/api/execution/test_own_schema.py",
    "tests/faults/",
    "tests/web/test_server.py",
    "tests/web/sso/",
    "tests/journeys/",
    "tests/adapters/gateways/",
    "tests/architecture/",
)
# The files of these share what takes seconds to make, such as the whole seed, which each worker would make for itself.
TOGETHER = ("tests/app/demo/seed/", "tests/portal/")


class LongestFirst(LoadFileScheduling):
    """Whole files to whoever is free, so that no worker waits at the end for the other's long one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((directory for directory in TOGETHER if file.startswith(directory)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=_rank), last=False)
        super()._assign_work_unit(node)


def _rank(scope: str) -> int:
    return next((rank for rank, path in enumerate(LONG) if scope.startswith(path)), len(LONG))
