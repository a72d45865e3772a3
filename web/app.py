"""The web application: every route under the same request ids, headers, logs and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware

from web.observability import RequestLog
from web.proxies import TrustedProxies
from web.request_id import RequestId
from web.response_headers import ResponseHeaders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from starlette.routing import BaseRoute

    from web.observability import Metrics
    from web.proxies import Network


def create_web(
    routes: Sequence[BaseRoute] = (),
    *,
    metrics: Metrics,
    https: bool,
    trusted_proxies: Sequence[Network] = (),
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """The application of these routes; a lifespan may add those that need what it opens (`app.routes.extend`)."""
    return Starlette(
        routes=list(routes),
        middleware=[
            Middleware(TrustedProxies, networks=trusted_proxies),
            Middleware(RequestId),
            Middleware(ResponseHeaders, https=https),
            Middleware(RequestLog, metrics=metrics),
        ],
        lifespan=lifespan,
    )
