"""PostgreSQL goes down, or cuts connections, under load: callers try again, and nobody has to repair anything."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from domain.kernel.errors import DomainError, Unavailable
from domain.kernel.money import Money
from tests.builders.money import EUR, eur
from tests.faults.installation import Till, add_merchant, opened, query, recover, unfinished, violations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from app.postgres import EmbeddedPostgres
    from tests.app.simulator.process import SimulatorProcess

# An immediate restart costs a recovery from disk: few here, twenty among the long soaks.
RESTARTS = max(2, int(os.environ.get("FAULT_ROUNDS", "0")) // 5)
CUTS = max(5, int(os.environ.get("FAULT_ROUNDS", "0")) // 2)
_WORKERS = 6
_PAYMENTS = 6
# No measure of speed: a pool that never heals must fail the test instead of holding it up.
_NEVER_SECONDS = 120
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paydesk' AND datname = current_database()"


class _Load:
    """Clients that go on whatever they are told."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._random = Random(7)
        self.acknowledged: list[tuple[object, ...]] = []
        self.refused: Counter[str] = Counter()
        self.strange: list[BaseException] = []
        self.stop = asyncio.Event()

    async def run(self) -> None:
        payments = [await self._till.create() for _ in range(_PAYMENTS)]
        for payment in payments:
            await self._till.capture(payment.id, eur(20))
        await asyncio.gather(*(self._client([payment.id for payment in payments]) for _ in range(_WORKERS)))

    async def _client(self, payment_ids: list[UUID]) -> None:
        while not self.stop.is_set():
            amount = Money(self._random.randint(1, 50), EUR)
            payment_id = self._random.choice(payment_ids)
            act = self._random.choice((self._till.capture, self._till.refund))
            try:
                done = await act(payment_id, amount)
            except Unavailable:
                self.refused["UNAVAILABLE"] += 1
                await asyncio.sleep(0.02)
            except DomainError as error:
                self.refused[error.code] += 1
            except Exception as error:  # noqa: BLE001 - what the test is about
                self.strange.append(error)
                await asyncio.sleep(0.02)
            else:
                if done.status == "SUCCEEDED":
                    self.acknowledged.append((str(done.id), amount.minor))

    async def progress(self, by: int = 5) -> None:
        """Return when so many more were acknowledged."""
        goal = len(self.acknowledged) + by
        async with asyncio.timeout(_NEVER_SECONDS):
            while len(self.acknowledged) < goal:  # noqa: ASYNC110 - nobody is kept waiting by the look
                await asyncio.sleep(0.02)


async def _disturbed(dsn: str, simulator_url: str, disturb: Callable[[], Awaitable[None]], times: int) -> None:
    """Work while the database is disturbed so many times; what holds during and after it is asserted here."""
    async with opened(dsn, simulator_url) as ports:
        load = _Load(Till(ports, await add_merchant(dsn)))
        running = asyncio.create_task(load.run())
        for _ in range(times):
            await load.progress()
            await disturb()
        # On the same pool, which nobody opened again.
        await load.progress()
        load.stop.set()
        await running
    assert load.strange == []
    assert set(load.refused) <= {"UNAVAILABLE", "INVALID_STATE", "AMOUNT_EXCEEDS_LIMIT"}
    assert load.refused["UNAVAILABLE"] > 0
    await recover(dsn, simulator_url)
    assert await violations(dsn, simulator_url) == []
    assert await unfinished(dsn) == []
    kept = await query(
        dsn,
        "SELECT id::text, amount_minor FROM captures WHERE status = 'SUCCEEDED'"
        " UNION ALL SELECT id::text, amount_minor FROM refunds WHERE status = 'SUCCEEDED'",
    )
    assert set(load.acknowledged) <= set(kept)


async def test_immediate_restarts_under_load(
    durable_cluster: EmbeddedPostgres, durable_database_url: str, simulator: SimulatorProcess
) -> None:
    async def restart() -> None:
        # In a thread: the clients must meet the dead server, not wait for the living one.
        await asyncio.to_thread(durable_cluster.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(durable_cluster.start)

    await _disturbed(durable_database_url, simulator.url, restart, RESTARTS)


async def test_connections_cut_under_load(database_url: str, simulator: SimulatorProcess) -> None:
    async def cut() -> None:
        await query(database_url, _CUT)

    await _disturbed(database_url, simulator.url, cut, CUTS)
