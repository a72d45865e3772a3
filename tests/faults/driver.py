"""A program that works with payments until it is killed: forks a child per order, so that a round costs no start.

One order is one JSON line on standard input. Standard output tells, a line each: `pid N`, `ready`, what was
acknowledged to the caller (`captured ID MINOR`, `refunded ID MINOR`), and `ended CODE` (negative: the signal).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from random import Random
from typing import NoReturn
from uuid import UUID

import adapters.failpoints
from domain.kernel.errors import DomainError
from domain.kernel.money import Money
from tests.builders.money import EUR, eur
from tests.faults.installation import Till, opened, tell_story

_WORKERS = 6
_PAYMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a child does: `story` tells every verb once, otherwise captures and refunds go on for ever."""

    dsn: str
    simulator_url: str
    merchant_id: str
    seed: int = 0
    story: bool = False
    failpoints: str = ""

    def as_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


def main() -> None:
    for line in sys.stdin:
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _obey(order)
        say(f"pid {child}")
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


def say(line: str) -> None:
    """At once and whole, whatever happens to us next."""
    os.write(1, f"{line}\n".encode())


def _obey(order: Order) -> NoReturn:
    os.environ["PAYDESK_FAILPOINTS"] = order.failpoints
    adapters.failpoints._ARMED = adapters.failpoints._armed()
    try:
        asyncio.run(_work(order))
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


async def _work(order: Order) -> None:
    async with opened(order.dsn, order.simulator_url) as ports:
        till = Till(ports, UUID(order.merchant_id))
        if order.story:
            await tell_story(till)
            return
        random = Random(order.seed)
        payments = await asyncio.gather(*(till.create() for _ in range(_PAYMENTS)))
        for payment in payments:
            await till.capture(payment.id, eur(20))
        say("ready")
        await asyncio.gather(*(_move_money(till, [p.id for p in payments], random) for _ in range(_WORKERS)))


async def _move_money(till: Till, payment_ids: list[UUID], random: Random) -> None:
    while True:
        payment_id = random.choice(payment_ids)
        amount = Money(random.randint(1, 99), EUR)
        try:
            if random.random() < 0.55:
                capture = await till.capture(payment_id, amount)
                if capture.status == "SUCCEEDED":
                    say(f"captured {capture.id} {amount.minor}")
            else:
                refund = await till.refund(payment_id, amount)
                if refund.status == "SUCCEEDED":
                    say(f"refunded {refund.id} {amount.minor}")
        except DomainError as error:
            # All captured, all refunded: the domain refuses, and the others go on.
            if error.code not in {"INVALID_STATE", "AMOUNT_EXCEEDS_LIMIT"}:
                raise


if __name__ == "__main__":
    main()
