"""Paydesk and the floor, side by side on one database, for one merchant."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from adapters.postgres.database import Database
from adapters.postgres.unit import PostgresUnits
from app.administration import create_client
from app.assembly import SIMULATOR
from app.settings import load_settings
from bench.load import Load, post_json
from bench.serving import access_token, free_port, paydesk_environ, serving
from bench.write.request import PATH, body
from domain.identity.actor import system_actor
from domain.identity.permission import CLIENT_SCOPES
from domain.kernel.clock import SystemClock
from domain.kernel.ids import Prefix, format_id
from domain.merchants.create_merchant import CreateMerchant, create_merchant
from domain.merchants.fee_plan import FeePlan, FeeRate
from domain.merchants.ports import MerchantPorts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bench.serving import Serving

PAYDESK = "paydesk"
FLOOR = "floor"
# Both are warm from the comparison before: this is for the connections to open.
_WARM_UP_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server, and how to ask it."""

    name: str
    server: Serving
    token: str

    def load(self, connections: int, seconds: float) -> Load:
        """Payments over so many connections."""
        request = post_json(self.server.port, PATH, body(), {"authorization": f"Bearer {self.token}"})
        return Load(
            port=self.server.port,
            requests=[request],
            connections=connections,
            seconds=seconds,
            warm_up_seconds=_WARM_UP_SECONDS,
        )


@asynccontextmanager
async def contenders(dsn: str) -> AsyncGenerator[dict[str, Contender]]:
    """Both of them, running. The floor believes the tokens that Paydesk issues."""
    port, floor_port = free_port(), free_port()
    environ = paydesk_environ(dsn, port)
    client_id, secret = await _client(dsn, environ)
    async with (
        serving(_command("bench.write.paydesk_app", port), environ, port) as paydesk,
        serving(_command("bench.write.floor", floor_port), environ, floor_port) as floor,
    ):
        token = await access_token(paydesk, client_id, secret)
        servers = {PAYDESK: paydesk, FLOOR: floor}
        yield {name: Contender(name=name, server=server, token=token) for name, server in servers.items()}


def _command(module: str, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.write.server", module, str(port)]


async def _client(dsn: str, environ: dict[str, str]) -> tuple[str, str]:
    """The id and secret of a client of a merchant that is made for the occasion."""
    rates = (FeeRate(currency="EUR", percentage=Decimal("1.5"), fixed_minor=25),)
    command = CreateMerchant(
        name="Blue Bicycle", country="DE", currency=currency_of("EUR"), fee_plan=FeePlan(rates=rates)
    )
    database = await Database.connect(dsn, size=1)
    try:
        ports = MerchantPorts(clock=SystemClock(), units=PostgresUnits(database), gateway=SIMULATOR)
        merchant = await create_merchant(ports, system_actor("bench"), command)
    finally:
        await database.close()
    settings = load_settings(environ)
    return await create_client(settings, "shop", format_id(Prefix.MERCHANT, merchant.id), sorted(CLIENT_SCOPES))
