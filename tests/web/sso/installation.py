"""Paydesk's sign-in with everything real: PostgreSQL, HTTP, and providers."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette

from adapters.oidc.provider import OpenIdProvider, RelyingParty
from adapters.postgres.audit.store import AuditStore
from adapters.postgres.database import Database
from adapters.postgres.identity.authentication import Authentication
from adapters.postgres.identity.unit import IdentityUnits
from adapters.postgres.merchants.names import MerchantNames
from domain.identity.actor import Realm, system_actor
from domain.identity.invite_user import InviteUser, invite_user
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.ids import new_uuid
from web.limits import RateLimiter
from web.pages.routes import page_routes
from web.sessions import Sessions
from web.sso.ports import AddressOf, SsoPorts, peer_address
from web.sso.routes import sso_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from uuid import UUID

    from tests.web.sso.peer import Peer

GROUPS = {"paydesk-support": StaffRole.SUPPORT, "paydesk-auditors": StaffRole.AUDITOR}


class SettableClock:
    """The machine's clock, as far ahead as a test wants it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep(self, milliseconds: int) -> None:
        await asyncio.sleep(milliseconds / 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What verbs about people run on."""

    units: IdentityUnits
    clock: SettableClock


@dataclass(kw_only=True)
class Installation:
    """One Paydesk on a database of its own. `seconds` is the time of its caches."""

    url: str
    dsn: str
    database: Database
    clock: SettableClock
    people: People
    sessions: Sessions
    ports: SsoPorts
    app: Starlette
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def later(self, **of_time: float) -> None:
        """Let time pass, for limits and caches alike."""
        passed = timedelta(**of_time)
        self.clock.ahead += passed
        self.seconds[0] += passed.total_seconds()

    def another_process(self) -> Sessions:
        """Sessions with a memory of their own, on the same database and time."""
        return Sessions(Authentication(self.database), self.clock, monotonic=lambda: self.seconds[0])

    async def rows(self, query: str, *args: Any) -> list[asyncpg.Record]:
        """Whatever is there, as the owner of the database sees it."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetch(query, *args)
        finally:
            await connection.close()

    async def audited(self, action: str) -> list[dict[str, Any]]:
        """The data of the records of an action, oldest first."""
        found = await self.rows("SELECT data FROM audit_records WHERE action = $1 ORDER BY id", action)
        return [orjson.loads(row["data"]) for row in found]

    async def merchant(self, name: str) -> UUID:
        """A new merchant."""
        now = self.clock.now()
        merchant_id = new_uuid(now)
        await self.rows(
            "INSERT INTO merchants (id, name, country, currency, status, gateway, fee_rates, returns_fee_on_refund,"
            " dispute_fees, next_fee_plans, time_zone, created_at, updated_at, version)"
            " VALUES ($1, $2, 'DE', 'EUR', 'ACTIVE', 'simulator', '[]', false, '{}', '[]', 'UTC', $3, $3, 1)",
            merchant_id,
            name,
            now,
        )
        return merchant_id

    async def invite(self, email: str, merchant_id: UUID, role: MerchantRole = MerchantRole.OWNER) -> None:
        """An invitation that waits."""
        command = InviteUser(email=email, merchant_id=merchant_id, role=role)
        await invite_user(self.people, system_actor("tests"), command)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def peer_providers(peer: Peer, url: str) -> dict[Realm, OpenIdProvider]:
    """Both realms at the certified provider, as two clients of it."""
    return {
        realm: OpenIdProvider(
            RelyingParty(
                issuer=peer.issuer,
                client_id=f"paydesk-{realm.lower()}",
                client_secret=peer.client_secret(realm.lower()),
                redirect_uri=f"{url}/sign-in/{realm.lower()}/callback",
            )
        )
        for realm in Realm
    }


@asynccontextmanager
async def an_installation(
    dsn: str,
    url: str,
    providers: Mapping[Realm, OpenIdProvider],
    *,
    sign_ins_per_minute: int = 1000,
    address_of: AddressOf = peer_address,
) -> AsyncGenerator[Installation]:
    """Assembled as `app` does it."""
    database = await Database.connect(dsn, size=4)
    clock = SettableClock()
    seconds = [0.0]
    authentication = Authentication(database)
    people = People(units=IdentityUnits(database, AuditStore), clock=clock)
    sessions = Sessions(authentication, clock, monotonic=lambda: seconds[0])
    ports = SsoPorts(
        people=people,
        store=authentication,
        sessions=sessions,
        providers=providers,
        public_url=url,
        address_limit=RateLimiter(sign_ins_per_minute, clock),
        account_limit=RateLimiter(sign_ins_per_minute, clock),
        staff_groups=GROUPS,
        address_of=address_of,
    )
    app = Starlette(routes=[*sso_routes(ports), *page_routes(ports, MerchantNames(database), graphiql=True)])
    try:
        yield Installation(
            url=url,
            dsn=dsn,
            database=database,
            clock=clock,
            people=people,
            sessions=sessions,
            ports=ports,
            app=app,
            seconds=seconds,
        )
    finally:
        for provider in providers.values():
            await provider.aclose()
        await database.close()


@asynccontextmanager
async def served(app: Starlette, port: int) -> AsyncGenerator[None]:
    """The application over real HTTP, in this very loop."""
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    running = asyncio.create_task(server.serve())
    try:
        await _listening(port)
        yield
    finally:
        server.stop()
        await running


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            await writer.wait_closed()
            return
