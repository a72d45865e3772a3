"""Where files are kept and who looks into them, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.storage.clamd import Clamd
from adapters.storage.examination import Examination
from adapters.storage.link_token import LinkTokens
from adapters.storage.opening import open_storage
from adapters.storage.own_links import OwnLinks
from adapters.storage.scanners import Scanners
from app.refusal import Refused
from web.files import FileView, file_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from adapters.storage.own_links import LocalFiles
    from adapters.storage.signed_links import SignedLinks
    from app.settings import Settings
    from domain.disputes.ports import DisputePorts
    from domain.kernel.clock import Clock


def storage_of(settings: Settings, clock: Clock) -> LocalFiles | SignedLinks:
    """The storage; raise `Refused` when it cannot be opened as it is set up."""
    try:
        return open_storage(
            settings.storage_url,
            settings.storage_endpoint,
            directory=settings.data_dir.absolute() / "files",
            tokens=LinkTokens(settings.encryption_key, clock),
            public_url=settings.public_url,
            clock=clock,
        )
    except ValueError as error:
        raise Refused(f"PAYDESK_STORAGE_URL: {error}") from error


def scanner_of(settings: Settings) -> Scanners:
    """The built-in checks, and ClamAV when there is one."""
    if settings.clamd_address is None:
        return Scanners([Examination()])
    address = urlsplit(f"tcp://{settings.clamd_address}")
    assert address.hostname is not None
    assert address.port is not None
    return Scanners([Examination(), Clamd(address.hostname, address.port)])


def file_routes_of(settings: Settings, ports: DisputePorts) -> list[Route]:
    """The routes that our own links lead to; none when the storage signs links to itself."""
    if not isinstance(ports.storage, OwnLinks):
        return []
    tokens = LinkTokens(settings.encryption_key, ports.clock)
    return file_routes(FileView(storage=ports.storage, tokens=tokens, ports=ports))
