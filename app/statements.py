"""The ports of statements, filled from the settings, and the routes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.settlements.line_reads import StatedSettlements
from adapters.statements.link_token import StatementLinkTokens
from adapters.statements.rendering import Rendering
from domain.settlements.statement_ports import StatementPorts
from web.statements import StatementView, statement_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from adapters.postgres.database import Database
    from app.settings import Settings
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.settlements.statement_ports import StatementUnit


def statements_of(
    settings: Settings, clock: Clock, database: Database, units: Units[Actor, StatementUnit]
) -> StatementPorts:
    """What the verbs of statements are given."""
    return StatementPorts(
        clock=clock,
        units=units,
        settlements=StatedSettlements(database),
        rendering=Rendering(),
        links=_tokens(settings, clock),
    )


def statement_routes_of(settings: Settings, ports: StatementPorts) -> list[Route]:
    """The routes that the links lead to."""
    return statement_routes(StatementView(tokens=_tokens(settings, ports.clock), ports=ports))


def _tokens(settings: Settings, clock: Clock) -> StatementLinkTokens:
    return StatementLinkTokens(settings.encryption_key, clock, settings.public_url)
