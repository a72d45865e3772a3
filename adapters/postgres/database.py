"""The pool of connections, each fenced to the merchants of whoever it works for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, cast

import asyncpg
import orjson

from domain.kernel.errors import Unavailable
from domain.kernel.unit import Contention

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from adapters.postgres.statement import Statement
    from domain.identity.actor import Scope

APP_ROLE = "paydesk_app"
_ACQUIRE_SECONDS = 5
_LONGEST_STATEMENT = 64 * 1024

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg raises when a backend dies in the middle of its protocol.
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DiskFullError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    ConnectionError,
    TimeoutError,
    OSError,
)


@contextmanager
def translated() -> Generator[None]:
    """Say in the domain's words that the database is away or made us give way."""
    try:
        yield
    except Exception as error:
        meant = _meant(error)
        if meant is None:
            raise
        raise meant from error


def _meant(error: BaseException) -> Exception | None:
    """What an error of the database means to the domain, if anything."""
    if isinstance(error, asyncpg.SerializationError | asyncpg.DeadlockDetectedError):
        return Contention("Too many changes at once to the same object; try again.")
    if isinstance(error, _GONE):
        return Unavailable("The database does not answer now; try the same request again in a moment.")
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        # The detail quotes the row, and whoever logs this must not log people's data; the message names the constraint.
        vars(error)["detail"] = None
    return None


class FencedConnection(asyncpg.Connection):
    """A connection that remembers which merchants row-level security lets it see."""

    fence_setting: str | None = None

    async def fence(self, scope: Scope) -> None:
        """Let only these merchants' rows be seen and written; costs a round trip only when the scope changes."""
        setting = fence_of(scope)
        if setting != self.fence_setting:
            self.fence_setting = None
            await self.execute("SELECT set_config('paydesk.merchants', $1, false)", setting)
            self.fence_setting = setting


def fence_of(scope: Scope) -> str:
    """The scope as the row-level security policies read it: `*`, or merchant ids with commas."""
    return "*" if scope.merchant_ids is None else ",".join(sorted(map(str, scope.merchant_ids)))


class Lease:
    """A fenced connection of the pool for the length of a block, whose errors are said in the domain's words.

    Every read takes one, so it is no generator: those cost as much again as the pool does.
    """

    __slots__ = ("_acquired", "_pool", "_scope")

    def __init__(self, pool: asyncpg.Pool, scope: Scope) -> None:
        self._pool = pool
        self._scope = scope
        self._acquired: Any = None

    async def __aenter__(self) -> FencedConnection:
        try:
            # A time limit costs a timer; there is nothing to wait for while connections are idle.
            limit = None if self._pool.get_idle_size() else _ACQUIRE_SECONDS
            self._acquired = await self._pool.acquire(timeout=limit)
            connection = cast("FencedConnection", self._acquired._con)  # noqa: SLF001 - the proxy hides our subclass
            await connection.fence(self._scope)
        except BaseException as error:
            await self.__aexit__(type(error), error, None)
            raise
        return connection

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        try:
            if self._acquired is not None:
                await self._pool.release(self._acquired)
        except Exception as failed:  # noqa: BLE001 - it is raised again, in whichever words
            raise _meant(failed) or failed from error
        meant = None if error is None else _meant(error)
        if meant is not None:
            raise meant from error


async def _prepare(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, encoder=_encode_json, decoder=orjson.loads, schema="pg_catalog", format="text"
        )


def _encode_json(value: object) -> str:
    return orjson.dumps(value).decode()


async def _keep(_: object) -> None:
    # asyncpg would send RESET ALL at each release: a round trip to undo what no statement here does.
    return None


class Database:
    """PostgreSQL as the application role sees it: reads take a short connection each, writes a transaction."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, dsn: str, *, size: int = 10, role: str | None = APP_ROLE) -> Database:
        """Open the pool. `role` is taken on at connect, so the login may be the owner and its rights stay unused."""
        settings = {
            "application_name": "paydesk",
            "statement_timeout": "15s",
            "lock_timeout": "8s",
            "idle_in_transaction_session_timeout": "30s",
            "timezone": "UTC",
            "plan_cache_mode": "auto",
            # Statements here are short: starting a compiler or a second worker for one costs more than it takes.
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        }
        if role is not None:
            settings["role"] = role
        with translated():
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                connection_class=FencedConnection,
                init=_prepare,
                reset=_keep,
                server_settings=settings,
                timeout=_ACQUIRE_SECONDS,
                command_timeout=20,
                # Filters of several merchants make long texts, and longer ones would be prepared at every call.
                max_cacheable_statement_size=_LONGEST_STATEMENT,
            )
        return cls(pool)

    async def close(self) -> None:
        """Close every connection once its work is done, and cut it after five seconds."""
        try:
            async with asyncio.timeout(_ACQUIRE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    def connection(self, scope: Scope) -> Lease:
        """A fenced connection without a transaction: each statement is one of its own."""
        return Lease(self._pool, scope)

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncGenerator[FencedConnection]:
        """A fenced connection in a transaction that commits when the block ends well."""
        async with self.connection(scope) as connection, connection.transaction():
            yield connection

    async def fetch(self, scope: Scope, statement: Statement, **values: object) -> list[asyncpg.Record]:
        """All rows of a read."""
        async with self.connection(scope) as connection:
            return await connection.fetch(statement.sql, *statement.args(**values))

    async def fetchrow(self, scope: Scope, statement: Statement, **values: object) -> asyncpg.Record | None:
        """The first row of a read, if any."""
        async with self.connection(scope) as connection:
            return await connection.fetchrow(statement.sql, *statement.args(**values))

    async def execute(self, scope: Scope, statement: Statement, **values: object) -> int:
        """Run one write by itself; returns how many rows it touched."""
        async with self.connection(scope) as connection:
            return rows_touched(await connection.execute(statement.sql, *statement.args(**values)))


def rows_touched(status: str) -> int:
    """The count at the end of PostgreSQL's command tag."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
