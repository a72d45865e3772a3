"""Files for banks that take them by SFTP."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import asyncssh

from adapters.failpoints import failpoint
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered

_PORT = 22
_LOGIN_SECONDS = 20
# Well within the lease of a file.
_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpTarget:
    """A folder of a server that proves itself by `host_key`, a line such as `ssh-ed25519 AAAA...`.

    We prove ourselves by a private key in a file, or by a password.
    """

    host: str
    port: int = _PORT
    user: str
    folder: PurePosixPath
    host_key: str
    key_file: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, url: str, *, host_key: str, key_file: str | None, password: str | None) -> SftpTarget:
        """The target of `sftp://user@host:port/folder`; raise `ValueError` for what names none, and for a wrong key."""
        parts = urlsplit(url)
        if parts.scheme != "sftp" or not parts.hostname or not parts.username:
            raise ValueError("this must be sftp://user@host:port/folder")
        _ = imported(host_key)
        return cls(
            host=parts.hostname,
            port=parts.port or _PORT,
            user=unquote(parts.username),
            folder=PurePosixPath(unquote(parts.path) or "."),
            host_key=host_key,
            key_file=key_file,
            password=password,
        )


def imported(host_key: str) -> asyncssh.SSHKey:
    """The server's public key; raise `ValueError` for a line that holds none."""
    try:
        return asyncssh.import_public_key(host_key)
    except asyncssh.KeyImportError:
        raise ValueError("this must be a public key, such as ssh-ed25519 AAAA...") from None


class SftpDelivery:
    """Satisfies `domain.settlements.file_ports.PaymentFileDelivery`.

    The content is written under another name and then renamed, which by SFTP never replaces anything (version 3,
    section 6.5): who looks into the folder sees all of the file or nothing.
    """

    def __init__(self, target: SftpTarget, seconds: int = _SECONDS) -> None:
        self._target = target
        self._seconds = seconds

    async def deliver(self, name: str, content: bytes) -> None:
        """Leave the content under the name, unless just that lies there already.

        Raises `NotDelivered` and `DeliveryInDoubt`.
        """
        failpoint("payment_file.deliver.before")
        attempt = _Attempt(self._target, name, content)
        try:
            async with asyncio.timeout(self._seconds):
                await attempt.run()
        except (asyncssh.Error, OSError, TimeoutError) as error:
            if attempt.step is _Step.RENAME:
                raise DeliveryInDoubt(f"The server does not say whether it took the file: {_brief(error)}") from error
            if attempt.step is not _Step.DONE:
                raise NotDelivered(f"The server cannot be used to {attempt.step.value}: {_brief(error)}") from error
        failpoint("payment_file.deliver.done")


class _Step(Enum):
    """What is being done; nothing has its name before the renaming."""

    CONNECT = "connect"
    LOOK = "look at the folder"
    WRITE = "write the file"
    RENAME = "give the file its name"
    REFUSED = "rename the file"
    DONE = "close the connection"


class _Attempt:
    """One attempt, which knows how far it has come when it breaks off."""

    def __init__(self, target: SftpTarget, name: str, content: bytes) -> None:
        self._target = target
        self._path = str(target.folder / name)
        # A name of its own: two at once must not write into one file.
        self._part = str(target.folder / f".{name}.{secrets.token_hex(4)}.part")
        self._content = content
        self.step = _Step.CONNECT

    async def run(self) -> None:
        target = self._target
        async with (
            asyncssh.connect(
                target.host,
                target.port,
                username=target.user,
                password=target.password,
                client_keys=[target.key_file] if target.key_file else None,
                known_hosts=([imported(target.host_key)], [], []),
                # Neither keys nor settings of whoever happens to run this.
                agent_path=None,
                config=None,
                connect_timeout=_LOGIN_SECONDS,
                login_timeout=_LOGIN_SECONDS,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            self.step = _Step.LOOK
            if not await _lies(sftp, self._path, self._content):
                await self._place(sftp)
            self.step = _Step.DONE

    async def _place(self, sftp: asyncssh.SFTPClient) -> None:
        self.step = _Step.WRITE
        try:
            await _write(sftp, self._part, self._content)
            failpoint("payment_file.deliver.written")
            self.step = _Step.RENAME
            await sftp.rename(self._part, self._path)
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
            raise
        except asyncssh.SFTPError:
            renaming = self.step is _Step.RENAME
            self.step = _Step.REFUSED if renaming else self.step
            with suppress(asyncssh.Error):
                await sftp.remove(self._part)
            # It may be that somebody else was faster with the same file.
            if not (renaming and await _lies(sftp, self._path, self._content)):
                raise


async def _write(sftp: asyncssh.SFTPClient, path: str, content: bytes) -> None:
    async with sftp.open(path, "xb") as file:
        await file.write(content)
        # Not every server knows how.
        with suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()


async def _lies(sftp: asyncssh.SFTPClient, path: str, content: bytes) -> bool:
    """Whether the content lies there; raise `NotDelivered` when something else does."""
    try:
        async with sftp.open(path, "rb") as file:
            found = await file.read(len(content) + 1)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return False
    if found != content:
        raise NotDelivered("Something else lies under the file's name; nothing was replaced.")
    return True


def _brief(error: Exception) -> str:
    """The kind alone: the text of a server's error may hold anything."""
    return type(error).__name__
