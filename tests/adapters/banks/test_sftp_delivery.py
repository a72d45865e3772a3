"""Delivery to a real SFTP server, which refuses, breaks off and cuts the connection."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import asyncssh
import pytest

from adapters.banks.sftp_delivery import SftpTarget
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered
from tests.adapters.banks.sftp_bank import sftp_bank

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.adapters.banks.sftp_bank import SftpBank

CONTENT = b"<Document/>" * 10_000
ANOTHER_KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncGenerator[SftpBank]:
    async with sftp_bank(tmp_path / "bank") as opened:
        yield opened


async def test_a_file_arrives_whole_and_once(bank: SftpBank) -> None:
    for _ in range(2):
        await bank.delivery().deliver("a.xml", CONTENT)
    assert bank.files == {"a.xml": CONTENT}
    assert bank.renames == 1


async def test_a_key_opens_as_well_as_a_password(bank: SftpBank) -> None:
    await bank.delivery(password=None, key_file=str(bank.key_file)).deliver("a.xml", CONTENT)
    assert bank.files == {"a.xml": CONTENT}


async def test_two_at_once_leave_one_file(bank: SftpBank) -> None:
    await asyncio.gather(*(bank.delivery().deliver("a.xml", CONTENT) for _ in range(3)))
    assert bank.files == {"a.xml": CONTENT}


async def test_another_host_is_not_spoken_to(bank: SftpBank) -> None:
    with pytest.raises(NotDelivered, match="connect"):
        await bank.delivery(host_key=ANOTHER_KEY).deliver("a.xml", CONTENT)
    assert bank.files == {}


async def test_a_wrong_password_and_no_server_are_surely_nothing(bank: SftpBank) -> None:
    with pytest.raises(NotDelivered, match="connect: PermissionDenied"):
        await bank.delivery(password="wrong").deliver("a.xml", CONTENT)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        bank.port = taken.getsockname()[1]
        with pytest.raises(NotDelivered, match="connect"):
            await bank.delivery().deliver("a.xml", CONTENT)
    assert bank.files == {}


async def test_what_lies_there_is_never_replaced(bank: SftpBank) -> None:
    await bank.delivery().deliver("a.xml", CONTENT)
    for other in (CONTENT[:-1], CONTENT + b"\n", b""):
        with pytest.raises(NotDelivered, match="Something else"):
            await bank.delivery().deliver("a.xml", other)
    assert bank.files == {"a.xml": CONTENT}


async def test_a_full_disk_leaves_nothing(bank: SftpBank) -> None:
    bank.full = True
    with pytest.raises(NotDelivered, match="write the file"):
        await bank.delivery().deliver("a.xml", CONTENT)
    assert bank.files == {}


async def test_a_folder_that_is_gone_is_said(bank: SftpBank) -> None:
    (bank.folder / "in").rmdir()
    with pytest.raises(NotDelivered, match="write the file: SFTPNoSuchFile"):
        await bank.delivery().deliver("a.xml", CONTENT)


async def test_a_connection_cut_while_writing_leaves_no_file_of_that_name(bank: SftpBank) -> None:
    bank.cuts_writing = True
    with pytest.raises(NotDelivered, match="write the file"):
        await bank.delivery().deliver("a.xml", CONTENT)
    assert [name for name in bank.files if name.endswith(".xml")] == []
    bank.cuts_writing = False
    await bank.delivery().deliver("a.xml", CONTENT)
    assert bank.files["a.xml"] == CONTENT


@pytest.mark.parametrize("moment", ["cuts_before_renaming", "cuts_after_renaming"])
async def test_a_connection_cut_while_renaming_leaves_a_doubt_that_the_next_attempt_ends(
    bank: SftpBank, moment: str
) -> None:
    setattr(bank, moment, True)
    with pytest.raises(DeliveryInDoubt):
        await bank.delivery().deliver("a.xml", CONTENT)
    assert ("a.xml" in bank.files) == (moment == "cuts_after_renaming")
    setattr(bank, moment, False)
    await bank.delivery().deliver("a.xml", CONTENT)
    assert bank.files["a.xml"] == CONTENT


async def test_a_server_that_never_answers_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        target = SftpTarget.of(f"sftp://a@127.0.0.1:{port}/in", host_key=ANOTHER_KEY, key_file=None, password="b")
        from adapters.banks.sftp_delivery import SftpDelivery

        with pytest.raises(NotDelivered, match="connect: TimeoutError"):
            await SftpDelivery(target, seconds=1).deliver("a.xml", CONTENT)


@pytest.mark.parametrize("url", ["https://bank.example/in", "sftp://bank.example/in", "sftp://user@/in"])
def test_what_names_no_folder_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sftp://user@host"):
        SftpTarget.of(url, host_key=ANOTHER_KEY, key_file=None, password="b")


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="public key"):
        SftpTarget.of("sftp://user@bank.example/in", host_key="ssh-ed25519 nonsense", key_file=None, password="b")
