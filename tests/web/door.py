"""The endpoint on the small graph, with a doorkeeper that knows one token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from domain.identity.actor import Actor, ActorKind, Realm
from domain.kernel.errors import Unavailable
from tests.api.execution.graph import Asked, engine
from web.app import create_web
from web.authentication import Unauthenticated
from web.graphql import GraphQLView, graphql_routes
from web.health import Readiness, health_routes
from web.observability import Metrics, metrics_routes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from web.proxies import Network

TOKEN = {"authorization": "Bearer good"}
CLIENT = Actor(kind=ActorKind.CLIENT, id=UUID(int=7), name="shop", realm=Realm.MERCHANT)


async def authenticate(request: Request) -> Actor:
    """Tell the good token from all else."""
    given = request.headers.get("authorization")
    if given == "Bearer database-away":
        message = "The database does not answer now."
        raise Unavailable(message)
    if given != TOKEN["authorization"]:
        reason = "Send an access token."
        raise Unauthenticated(reason)
    return CLIENT


@dataclass(slots=True)
class Counting:
    """A limiter that lets so many through and says to wait seven seconds then; it keeps the keys."""

    most: int = 10**9
    keys: list[str] = field(default_factory=list)

    def check(self, key: str) -> float | None:
        """Count one."""
        self.keys.append(key)
        return 7 if len(self.keys) > self.most else None


@dataclass(slots=True, kw_only=True)
class Door:
    """What a test can turn."""

    principals: Counting = field(default_factory=Counting)
    strangers: Counting = field(default_factory=Counting)
    metrics: Metrics = field(default_factory=Metrics)
    reasons: list[str] = field(default_factory=list)
    contexts: list[tuple[Actor, str]] = field(default_factory=list)

    def context(self, actor: Actor, request_id: str) -> Asked:
        """Keep what the view hands on."""
        self.contexts.append((actor, request_id))
        return Asked(request_id=request_id)

    async def problems(self) -> list[str]:
        """Whatever the test says."""
        return self.reasons

    def app(
        self,
        *,
        graphiql: Path | None = None,
        https: bool = False,
        proxies: Sequence[Network] = (),
        routes: Sequence[BaseRoute] = (),
    ) -> Starlette:
        """The application."""
        view = GraphQLView(
            engine=engine(),
            authenticate=authenticate,
            context_of=self.context,
            principal_limit=self.principals,
            stranger_limit=self.strangers,
            metrics=self.metrics,
            graphiql=graphiql,
            https=https,
        )
        every = [
            *graphql_routes(view),
            *health_routes(Readiness(self.problems)),
            *metrics_routes(self.metrics),
            *routes,
        ]
        return create_web(every, metrics=self.metrics, https=https, trusted_proxies=proxies)
