"""Tells the webhook of every notice, in their order (Standard Webhooks 1.0)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
from standardwebhooks import Webhook

if TYPE_CHECKING:
    from app.simulator.disputes.docket import Docket
    from app.simulator.disputes.webhook_target import WebhookTarget
    from domain.kernel.clock import Clock

ATTEMPT_SECONDS = 10
PAUSES_SECONDS = (0.5, 1, 2, 4, 8, 15, 30)
"""Between the attempts at one notice, and no more of them: whoever was away for longer polls what was missed."""


class Delivery:
    """One notice after the other; a notice that nobody takes holds up the next for as long as the pauses last."""

    def __init__(
        self,
        docket: Docket,
        target: WebhookTarget,
        client: httpx2.AsyncClient,
        clock: Clock,
        pauses_seconds: tuple[float, ...] = PAUSES_SECONDS,
    ) -> None:
        self._docket = docket
        self._url = target.url
        self._signer = Webhook(target.secret)
        self._client = client
        self._clock = clock
        self._pauses_seconds = pauses_seconds

    async def run(self) -> None:
        """Go on until cancelled."""
        watch = self._docket.watch()
        while True:
            watch.clear()
            waiting = await self._docket.notices(self._docket.delivered, 1)
            if not waiting:
                await watch.wait()
                continue
            await self._deliver(waiting[0])
            await self._docket.note_delivered(waiting[0]["number"])

    async def _deliver(self, notice: dict[str, Any]) -> None:
        for pause in (0.0, *self._pauses_seconds):
            await asyncio.sleep(pause)
            if await self._attempt(notice):
                return

    async def _attempt(self, notice: dict[str, Any]) -> bool:
        body = orjson.dumps({"notices": [notice]})
        now = self._clock.now()
        headers = {
            "content-type": "application/json",
            # The same with every attempt: it is the same message.
            "webhook-id": notice["notice_id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(notice["notice_id"], now, body.decode()),
        }
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                async with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                    return answer.is_success
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError):
            return False
