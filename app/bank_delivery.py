"""How payment files get to the bank, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.banks.object_delivery import open_delivery

if TYPE_CHECKING:
    from app.settings import Settings
    from domain.settlements.file_ports import PaymentFileDelivery


def delivery_of(settings: Settings) -> PaymentFileDelivery:
    """The delivery; nothing is opened before there is a file. `app.settings` has checked all that it takes."""
    url = settings.bank_delivery_url
    if url is None:
        folder = settings.data_dir.absolute() / "bank" / "outgoing"
        return open_delivery(f"file://{quote(str(folder))}")
    if not url.startswith("sftp:"):
        return open_delivery(url, settings.bank_delivery_endpoint)
    from adapters.banks.sftp_delivery import SftpDelivery, SftpTarget  # noqa: PLC0415 - it takes most of a second

    password = settings.bank_sftp_password
    target = SftpTarget.of(
        url,
        host_key=settings.bank_sftp_host_key or "",
        key_file=None if settings.bank_sftp_key_file is None else str(settings.bank_sftp_key_file),
        password=None if password is None else password.get_secret_value(),
    )
    return SftpDelivery(target)
