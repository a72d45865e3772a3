"""The web server's application, from the environment: `granian --factory app.server:create_app`."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from adapters.oidc.provider import OpenIdProvider, RelyingParty
from adapters.postgres.merchants.names import MerchantNames
from api.execution.engine import Engine
from api.execution.guard import Limits
from api.schema import schema
from app.assembly import assembled
from app.database_fitness import KnownRevisions, current_revision, require_fit_database
from app.files import file_routes_of
from app.garbage import spare_what_stays
from app.notices import webhook_routes_of
from app.reconciliation import bank_file_routes_of
from app.settings import load_settings
from app.statements import statement_routes_of
from domain.identity.actor import Realm, Scope
from web.access_tokens import AccessTokens
from web.app import create_web
from web.authentication import address_of, authentication
from web.bearer import BearerTokens
from web.graphql import GraphQLView, graphql_routes
from web.health import Readiness, health_routes
from web.limits import RateLimiter
from web.oauth.keyring import KeyRing
from web.oauth.routes import OAuthEndpoints, TokenLimits, oauth_routes
from web.observability import Metrics, configure_logging, metrics_routes
from web.pages.routes import page_routes
from web.sessions import Sessions
from web.sso.ports import SsoPorts
from web.sso.routes import sso_routes
from web.static_files import GRAPHIQL_PAGE, static_routes

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from starlette.applications import Starlette
    from starlette.routing import BaseRoute

    from app.assembly import Assembly
    from app.settings import Settings
    from domain.payments.gateway import Gateway
    from domain.payments.screening import PaymentScreening
    from web.health import Problems

STRANGERS_PER_MINUTE = 300
FAILURES_PER_MINUTE = 30
ACCOUNT_SIGN_INS_PER_MINUTE = 10


def create_app() -> Starlette:
    """The application of the environment's settings; each of the server's processes makes its own."""
    settings = load_settings(os.environ)
    configure_logging(settings.log_level)
    return application(settings)


def refuse_unfit_database(settings: Settings) -> None:
    """Before any process is started: raise `Refused` when none could work."""
    asyncio.run(require_fit_database(settings))


def application(
    settings: Settings,
    *,
    gateways: Mapping[str, Gateway] | None = None,
    screening: PaymentScreening | None = None,
) -> Starlette:
    """The application of these settings; it opens what it needs when it starts, and then has its routes.

    `gateways` stand in for those of the settings, and `screening` for that of the fraud rules.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as open_things:
            assembly = await open_things.enter_async_context(
                assembled(settings, gateways=gateways, screening=screening)
            )
            providers = await _providers(settings, open_things)
            readiness = Readiness(_problems(assembly))
            app.router.routes.extend(_routes(assembly, providers, metrics, readiness))
            spare_what_stays()
            try:
                yield
            finally:
                readiness.shut_down()

    return create_web(
        metrics=metrics,
        https=settings.public_url.startswith("https:"),
        trusted_proxies=settings.trusted_proxies,
        lifespan=lifespan,
    )


def _routes(
    assembly: Assembly, providers: dict[Realm, OpenIdProvider], metrics: Metrics, readiness: Readiness
) -> list[BaseRoute]:
    settings, clock = assembly.settings, assembly.clock
    sessions = Sessions(assembly.authentication, clock)
    oauth = _oauth(assembly)
    sso = SsoPorts(
        people=assembly.identity,
        store=assembly.authentication,
        sessions=sessions,
        providers=providers,
        public_url=settings.public_url,
        address_limit=RateLimiter(settings.sign_in_attempts_per_minute, clock),
        account_limit=RateLimiter(ACCOUNT_SIGN_INS_PER_MINUTE, clock),
        staff_groups=settings.staff_groups,
        address_of=address_of,
    )
    view = GraphQLView(
        engine=Engine(
            schema._schema,  # noqa: SLF001 - Strawberry offers no other way to graphql-core's
            limits=Limits(),
            introspection=settings.allows_introspection,
            suggestions=settings.allows_introspection,
        ),
        authenticate=authentication(BearerTokens(oauth.tokens, assembly.authentication, clock), sessions),
        context_of=assembly.context,
        principal_limit=RateLimiter(settings.api_requests_per_minute, clock),
        stranger_limit=RateLimiter(STRANGERS_PER_MINUTE, clock),
        metrics=metrics,
        graphiql=GRAPHIQL_PAGE if settings.shows_graphiql else None,
        https=sso.https,
    )
    return [
        *graphql_routes(view),
        *health_routes(readiness),
        *oauth_routes(oauth),
        *file_routes_of(settings, assembly.disputes),
        *statement_routes_of(settings, assembly.statements),
        *bank_file_routes_of(settings, clock),
        *webhook_routes_of(assembly, RateLimiter(STRANGERS_PER_MINUTE, clock)),
        *sso_routes(sso),
        *page_routes(sso, MerchantNames(assembly.database), graphiql=settings.shows_graphiql),
        *metrics_routes(metrics),
        *static_routes(),
    ]


def _oauth(assembly: Assembly) -> OAuthEndpoints:
    settings, clock = assembly.settings, assembly.clock
    keyring = KeyRing(assembly.authentication, assembly.identity.key_maker, assembly.identity)
    url = settings.public_url
    return OAuthEndpoints(
        public_url=url,
        authentication=assembly.authentication,
        keyring=keyring,
        tokens=AccessTokens(issuer=url, audience=f"{url}/graphql", keyring=keyring, clock=clock),
        clock=clock,
        limits=TokenLimits(
            per_address=RateLimiter(settings.token_requests_per_minute, clock),
            per_client=RateLimiter(settings.client_token_requests_per_minute, clock),
            failures=RateLimiter(FAILURES_PER_MINUTE, clock),
        ),
    )


async def _providers(settings: Settings, open_things: AsyncExitStack) -> dict[Realm, OpenIdProvider]:
    providers: dict[Realm, OpenIdProvider] = {}
    for realm, client in ((Realm.STAFF, settings.staff_oidc), (Realm.MERCHANT, settings.merchant_oidc)):
        if client is not None:
            party = RelyingParty(
                issuer=client.issuer,
                client_id=client.client_id,
                client_secret=client.client_secret.get_secret_value(),
                redirect_uri=f"{settings.public_url}/sign-in/{realm.lower()}/callback",
            )
            providers[realm] = OpenIdProvider(party)
            open_things.push_async_callback(providers[realm].aclose)
    return providers


def _problems(assembly: Assembly) -> Problems:
    """What keeps an assembled application from answering: its pool is asked as requests would ask it."""
    revisions = KnownRevisions()
    dsn = assembly.settings.database_url

    async def problems() -> list[str]:
        async with assembly.database.connection(Scope(None)) as pooled:
            await pooled.fetchval("SELECT 1")
        # The application's role has no rights on Alembic's table: the login has.
        connection = await asyncpg.connect(dsn, timeout=2)
        try:
            problem = revisions.problem(await current_revision(connection))
        finally:
            await connection.close()
        return [] if problem is None else [problem]

    return problems
