"""One log line per request, and counters for those who watch: never bodies, tokens or variables."""

from __future__ import annotations

import logging
import sys
from http import HTTPStatus
from ipaddress import ip_address
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.responses import Response
from starlette.routing import Route
from structlog.tracebacks import ExceptionDictTransformer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.execution.engine import Answer

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MOST_NAMES = 200
_QUIET = {"/healthz", "/readyz", "/metrics"}
_log = structlog.get_logger("paydesk.web")


def configure_logging(level: str) -> None:
    """Log JSON lines to standard error from this level (debug, info, warning, error) on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the local variables of each frame: tokens and card data would be among them.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _line(event: dict[str, Any], **_: object) -> str:
    try:
        return orjson.dumps(event, default=repr).decode()
    except orjson.JSONEncodeError:  # half a surrogate, or a number beyond 64 bits
        return orjson.dumps({name: ascii(value) for name, value in event.items()}).decode()


class Metrics:
    """What this process has done, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._names: set[str] = set()
        self._operations = Counter(
            "paydesk_graphql_operations", "Operations answered.", ["operation"], registry=self.registry
        )
        self._seconds = Histogram(
            "paydesk_graphql_operation_seconds", "How long operations took.", ["operation"], registry=self.registry
        )
        self._errors = Counter(
            "paydesk_graphql_errors", "Answers that held an error of a code.", ["code"], registry=self.registry
        )
        self._fallbacks = Counter(
            "paydesk_graphql_fallbacks",
            "Operations that were left to graphql-core, such as introspection.",
            registry=self.registry,
        )
        self._requests = Counter("paydesk_http_requests", "Requests answered.", ["status"], registry=self.registry)

    def operation(self, answer: Answer, seconds: float) -> None:
        """Count an operation; only names of operations that were executed get a line of their own, and 200 at most."""
        label = self._label(answer.name) if answer.cost is not None else "refused"
        self._operations.labels(label).inc()
        self._seconds.labels(label).observe(seconds)
        if answer.fallback:
            self._fallbacks.inc()
        for code in answer.codes:
            self._errors.labels(code).inc()

    def request(self, status: int) -> None:
        """Count an HTTP answer."""
        self._requests.labels(str(status)).inc()

    def _label(self, name: str | None) -> str:
        if name is None:
            return "anonymous"
        if name not in self._names:
            if len(self._names) >= _MOST_NAMES:
                return "other"
            self._names.add(name)
        return name


class RequestLog:
    """Logs and counts each request; what nobody caught becomes a masked 500, logged here and nowhere else."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        state: dict[str, Any] = scope.setdefault("state", {})
        try:
            await self._app(scope, receive, send_and_note)
        except Exception:  # noqa: BLE001 - the last place that can
            _log.exception("request.unforeseen", request_id=state.get("request_id"))
            if status == 0:
                await _masked(state.get("request_id"))(scope, receive, send_and_note)
        self._metrics.request(status)
        if scope["path"] not in _QUIET:
            _log.info(
                "request",
                method=scope["method"],
                # A route whose path is a secret says what is shown of it.
                path=state.get("shown_path", scope["path"]),
                status=status,
                ms=round((perf_counter() - began) * 1000, 2),
                request_id=state.get("request_id"),
                principal=state.get("principal"),
            )


def _masked(request_id: str | None) -> Response:
    text = f"Something went wrong on our side; tell us the request id: {request_id}\n"
    return Response(text, status_code=HTTPStatus.INTERNAL_SERVER_ERROR, media_type="text/plain")


def metrics_routes(metrics: Metrics) -> list[Route]:
    """GET /metrics, for this machine only."""

    async def read(request: Request) -> Response:
        if not _is_local(request):
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response(generate_latest(metrics.registry), media_type=METRICS_TYPE)

    return [Route("/metrics", read, methods=["GET"])]


def _is_local(request: Request) -> bool:
    # A proxy on this machine forwards what comes from elsewhere, and says so.
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
