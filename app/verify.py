"""`paydesk verify`: the invariants of the books, and the gateway simulator's journal when there is one."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2

from adapters.postgres.database import Database
from adapters.postgres.verification.books import open_books
from adapters.postgres.verification.gateway_effects import GatewayEffect
from app.refusal import Refused

if TYPE_CHECKING:
    from app.settings import Settings

_GATEWAY = "simulator"
_ANSWER_SECONDS = 30


class VerificationRefused(Refused):
    """The books could not be compared; the message says with what."""


def verify(settings: Settings, *, simulator_url: str | None = None) -> list[str]:
    """What breaks the invariants, a line each, which begins with the name of the check; empty when all hold.

    `simulator_url` is where the gateway simulator is, when not at the settings' address. Raises `Unavailable` and
    `VerificationRefused`.
    """
    return asyncio.run(verified(settings, simulator_url=simulator_url))


async def verified(settings: Settings, *, simulator_url: str | None = None) -> list[str]:
    """As `verify`, on a running event loop."""
    url = simulator_url or settings.gateway_simulator_url
    if settings.database_url is None:
        raise VerificationRefused("there is no database; set DATABASE_URL")
    # As the login itself: the role of the application may not see everything.
    database = await Database.connect(settings.database_url, size=1, role=None)
    try:
        if url is None:
            async with open_books(database) as books:
                return await books.violations()
        async with httpx2.AsyncClient(base_url=url, timeout=_ANSWER_SECONDS, trust_env=False) as client:
            before, _ = await _effects(client)
            async with open_books(database) as books:
                after, strange = await _effects(client)
                return await books.violations() + await books.differences(_GATEWAY, before, after) + strange
    finally:
        await database.close()


async def _effects(client: httpx2.AsyncClient) -> tuple[list[GatewayEffect], list[str]]:
    """What the gateway moved, and a line for each effect that cannot be ours."""
    try:
        answer = await client.get("/v1/effects")
    except httpx2.HTTPError as error:
        raise VerificationRefused(f"the gateway simulator does not answer: {type(error).__name__}") from error
    if answer.status_code != HTTPStatus.OK:
        raise VerificationRefused(f"the gateway simulator answers {answer.status_code} instead of its effects")
    effects: list[GatewayEffect] = []
    strange: list[str] = []
    for told in answer.json():
        try:
            effects.append(_effect(told))
        except ValueError:
            strange.append(
                f"gateway-known: the gateway has an effect for {told['operation_id']!r}, which is no id of ours"
            )
    return effects, strange


def _effect(told: dict[str, Any]) -> GatewayEffect:
    return GatewayEffect(
        operation_id=UUID(told["operation_id"]),
        effect=told["effect"],
        amount_minor=told["amount_minor"],
        currency=told["currency"],
    )
