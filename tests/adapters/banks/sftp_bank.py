"""A bank's SFTP server, in this process, on a port of its own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncssh

from adapters.banks.sftp_delivery import SftpDelivery, SftpTarget

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

USER, PASSWORD = "paydesk", "correct horse"


class Server(asyncssh.SSHServer):
    """Lets one user in, by password or by key."""

    def __init__(self, client_key: asyncssh.SSHKey) -> None:
        self._client_key = client_key

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._client_key.public_data


class Files(asyncssh.SFTPServer):
    """The folder; misbehaves as a test wants."""

    def __init__(self, channel: Any, *, root: Path, bank: SftpBank) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self._bank = bank
        self._connection = channel.get_connection()

    def write(self, file_obj: Any, offset: int, data: bytes) -> Any:
        if self._bank.full:
            raise asyncssh.SFTPFailure("the disk is full")
        if self._bank.cuts_writing:
            self._connection.abort()
        return super().write(file_obj, offset, data)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._bank.renames += 1
        if self._bank.cuts_before_renaming:
            self._connection.abort()
            raise asyncssh.SFTPConnectionLost("cut")
        super().rename(oldpath, newpath)
        if self._bank.cuts_after_renaming:
            self._connection.abort()


@dataclass
class SftpBank:
    """Where it is and how it behaves."""

    folder: Path
    port: int
    host_key: str
    key_file: Path
    full: bool = False
    cuts_writing: bool = False
    cuts_before_renaming: bool = False
    cuts_after_renaming: bool = False
    renames: int = 0

    def delivery(self, *, seconds: int = 20, **values: Any) -> SftpDelivery:
        """Ours, which knows the server; with its password unless told otherwise."""
        given: dict[str, Any] = {"host_key": self.host_key, "key_file": None, "password": PASSWORD}
        url = f"sftp://{USER}@127.0.0.1:{self.port}/in"
        return SftpDelivery(SftpTarget.of(url, **{**given, **values}), seconds)

    @property
    def files(self) -> dict[str, bytes]:
        """What lies there."""
        return {path.name: path.read_bytes() for path in sorted((self.folder / "in").iterdir())}


@asynccontextmanager
async def sftp_bank(folder: Path) -> AsyncGenerator[SftpBank]:
    """Open until the test is over."""
    (folder / "in").mkdir(parents=True)
    host_key, client_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    key_file = folder.parent / "client_key"
    client_key.write_private_key(str(key_file))
    bank = SftpBank(folder, 0, host_key.export_public_key().decode().strip(), key_file)
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=partial(Server, client_key),
        server_host_keys=[host_key],
        sftp_factory=partial(Files, root=folder, bank=bank),
    )
    bank.port = server.get_port()
    try:
        yield bank
    finally:
        server.close()
        await server.wait_closed()
