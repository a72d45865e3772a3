"""Who may tell of disputes by webhook, and which verb takes that in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.gateways.simulator_notices import webhook_reader
from app.assembly import SIMULATOR
from domain.disputes.notice import DisputeNotice
from domain.disputes.take_notice import TakeNotice, take_notice
from domain.disputes.take_warning import TakeWarning, take_warning
from domain.identity.actor import system_actor
from web.webhooks import GatewayWebhooks, Sender, webhook_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from app.assembly import Assembly
    from domain.disputes.early_fraud_warning import WarningNotice
    from web.graphql import Limiter

_ACTOR = system_actor("gateways.webhooks")


def webhook_routes_of(assembly: Assembly, stranger_limit: Limiter) -> list[Route]:
    """The endpoint of the gateways that have a secret; all others are unknown to it."""
    secrets = assembly.settings.gateway_simulator_webhook_secrets
    senders = {SIMULATOR: Sender(secrets=secrets, read=webhook_reader(SIMULATOR))} if secrets else {}

    async def take(notice: DisputeNotice | WarningNotice) -> None:
        if isinstance(notice, DisputeNotice):
            await take_notice(assembly.disputes, _ACTOR, TakeNotice(notice=notice))
        else:
            await take_warning(assembly.disputes, _ACTOR, TakeWarning(notice=notice))

    webhooks = GatewayWebhooks(senders=senders, take=take, stranger_limit=stranger_limit, clock=assembly.clock)
    return webhook_routes(webhooks)
