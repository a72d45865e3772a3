from __future__ import annotations

import asyncio

import httpx2
from starlette.applications import Starlette

from web import health
from web.health import Problems, Readiness, health_routes


async def ask(readiness: Readiness, path: str = "/readyz") -> httpx2.Response:
    transport = httpx2.ASGITransport(app=Starlette(routes=list(health_routes(readiness))))
    async with httpx2.AsyncClient(transport=transport, base_url="http://paydesk.test") as client:
        return await client.get(path)


def saying(*reasons: str) -> Problems:
    async def problems() -> list[str]:
        return list(reasons)

    return problems


async def test_ready() -> None:
    response = await ask(Readiness(saying()))
    assert (response.status_code, response.json()) == (200, {"ready": True, "reasons": []})


async def test_not_ready_says_why() -> None:
    readiness = Readiness(saying("the database is at revision 1"))
    response = await ask(readiness)
    assert response.status_code == 503
    assert response.json() == {"ready": False, "reasons": ["the database is at revision 1"]}
    assert (await ask(readiness, "/healthz")).status_code == 200


async def test_a_database_that_hangs_or_fails() -> None:
    async def hang() -> list[str]:
        await asyncio.Event().wait()
        return []

    async def fail() -> list[str]:
        message = "password=hunter2"
        raise ConnectionError(message)

    hung = await ask(Readiness(hang, patience_seconds=0.01))
    assert (hung.status_code, hung.json()["reasons"]) == (503, ["the database did not answer within 0.01 s"])
    failed = await ask(Readiness(fail))
    assert (failed.status_code, failed.json()["reasons"]) == (503, ["the database does not answer"])


async def test_shutting_down_comes_before_everything_else() -> None:
    readiness = Readiness(saying("something"))
    assert (await ask(readiness)).json()["reasons"] == ["something"]
    readiness.shut_down()
    response = await ask(readiness)
    assert (response.status_code, response.json()["reasons"]) == (503, ["shutting down"])


async def test_many_askers_are_one_for_the_database() -> None:
    asked = 0

    async def count() -> list[str]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return []

    readiness = Readiness(count)
    await asyncio.gather(*(readiness.reasons() for _ in range(100)))
    assert asked <= 1 + int(1 / health.FRESH_SECONDS)
