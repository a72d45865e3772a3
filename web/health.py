"""Whether this process lives, and whether it should be sent requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

# The reasons why requests would fail now, none when all is well. It may raise: that is a reason as well.
Problems: TypeAlias = Callable[[], Awaitable[list[str]]]
PATIENCE_SECONDS = 2.0
# Anyone may ask, so asking may not become work for the database.
FRESH_SECONDS = 1.0


class Readiness:
    """Asks for problems at most once a second and waits two seconds for the answer."""

    def __init__(self, problems: Problems, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._problems = problems
        self._patience_seconds = patience_seconds
        self._shutting_down = False
        self._asking = asyncio.Lock()
        self._known: tuple[float, list[str]] | None = None

    def shut_down(self) -> None:
        """From now on nothing new should come."""
        self._shutting_down = True

    async def reasons(self) -> list[str]:
        """Why this process should not be sent requests; none when it should."""
        if self._shutting_down:
            return ["shutting down"]
        async with self._asking:
            if self._known is None or monotonic() - self._known[0] >= FRESH_SECONDS:
                reasons = await self._ask()
                self._known = (monotonic(), reasons)
            return self._known[1]

    async def _ask(self) -> list[str]:
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await self._problems()
        except TimeoutError:
            return [f"the database did not answer within {self._patience_seconds:g} s"]
        except Exception:  # noqa: BLE001 - whatever it is, requests would meet it as well
            return ["the database does not answer"]


def health_routes(readiness: Readiness) -> list[Route]:
    """GET /healthz and /readyz."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    async def readyz(_: Request) -> Response:
        reasons = await readiness.reasons()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        document = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(document, status_code=status, headers={"cache-control": "no-store"})

    return [Route("/healthz", healthz, methods=["GET"]), Route("/readyz", readyz, methods=["GET"])]
