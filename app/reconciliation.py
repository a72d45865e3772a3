"""The ports of reconciliation, filled from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.banks.camt053 import Camt053
from adapters.banks.statement_inbox import open_inbox
from adapters.storage.bank_files import BankFiles
from adapters.storage.link_token import LinkTokens
from adapters.storage.own_links import OwnLinks
from app.files import storage_of
from domain.reconciliation.ports import ReconciliationPorts
from web.bank_files import BankFileView, bank_file_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from adapters.banks.statement_inbox import ObjectInbox
    from app.settings import Settings
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.reconciliation.ports import ReconciliationUnit
    from domain.settlements.payout_ports import PayoutPorts


def reconciliation_of(
    settings: Settings, units: Units[Actor, ReconciliationUnit], payouts: PayoutPorts
) -> ReconciliationPorts:
    """What the verbs of reconciliation are given."""
    clock = payouts.clock
    return ReconciliationPorts(
        clock=clock,
        units=units,
        format=Camt053(),
        files=BankFiles(storage_of(settings, clock), LinkTokens(settings.encryption_key, clock), settings.public_url),
        inbox=inbox_of(settings),
        accounts=settings.house_accounts,
        payouts=payouts,
    )


def inbox_of(settings: Settings) -> ObjectInbox:
    """Where the bank leaves its statements; nothing is opened before somebody looks."""
    if settings.bank_inbox_url is not None:
        return open_inbox(settings.bank_inbox_url, settings.bank_inbox_endpoint)
    folder = settings.data_dir.absolute() / "bank" / "incoming"
    return open_inbox(f"file://{quote(str(folder))}")


def bank_file_routes_of(settings: Settings, clock: Clock) -> list[Route]:
    """The routes that our own links lead to; none when the storage signs links to itself."""
    storage = storage_of(settings, clock)
    if not isinstance(storage, OwnLinks):
        return []
    tokens = LinkTokens(settings.encryption_key, clock)
    return bank_file_routes(BankFileView(storage=storage, tokens=tokens))
