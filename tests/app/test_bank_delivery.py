"""Where the settings say that payment files go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.banks.sftp_delivery import SftpDelivery
from app.bank_delivery import delivery_of
from app.settings import load_settings
from tests.adapters.banks.sftp_bank import PASSWORD, USER, sftp_bank

if TYPE_CHECKING:
    from pathlib import Path

TEST = {"PAYDESK_ENVIRONMENT": "test"}


async def test_below_the_data_directory_unless_told_otherwise(tmp_path: Path) -> None:
    # A name that an address would have to escape.
    data = tmp_path / "pay desk#1"
    await delivery_of(load_settings({**TEST, "PAYDESK_DATA_DIR": str(data)})).deliver("a.xml", b"<a/>")
    assert (data / "bank" / "outgoing" / "a.xml").read_bytes() == b"<a/>"


async def test_into_a_folder(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/out"
    await delivery_of(load_settings({**TEST, "PAYDESK_BANK_DELIVERY_URL": url})).deliver("a.xml", b"<a/>")
    assert (tmp_path / "out" / "a.xml").read_bytes() == b"<a/>"


async def test_by_sftp(tmp_path: Path) -> None:
    async with sftp_bank(tmp_path / "bank") as bank:
        settings = {
            **TEST,
            "PAYDESK_BANK_DELIVERY_URL": f"sftp://{USER}@127.0.0.1:{bank.port}/in/",
            "PAYDESK_BANK_SFTP_HOST_KEY": bank.host_key,
        }
        for proof in (
            {"PAYDESK_BANK_SFTP_PASSWORD": PASSWORD},
            {"PAYDESK_BANK_SFTP_KEY_FILE": str(bank.key_file)},
        ):
            delivery = delivery_of(load_settings({**settings, **proof}))
            assert isinstance(delivery, SftpDelivery)
            await delivery.deliver(f"{len(proof)}.xml", b"<a/>")
        assert list(bank.files) == ["1.xml"]
