"""The signing keys as this process knows them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from joserfc.jwk import ECKey

from domain.identity.actor import system_actor
from domain.identity.rotate_signing_keys import RotateSigningKeys, rotate_signing_keys
from domain.identity.signing_key import signer

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.postgres.identity.authentication import Authentication
    from adapters.postgres.identity.key_vault import KeyVault
    from domain.identity.ports import KeyPorts
    from domain.identity.signing_key import SigningKey
    from domain.kernel.clock import Clock

# A key is published long before it signs, so this only bounds how soon a retired key is forgotten.
_FRESH = timedelta(seconds=30)
# Tokens with unknown key names are anyone's to send: they may not make us ask the database each time.
_ASK_AGAIN = timedelta(seconds=1)


class KeysUnreadable(RuntimeError):
    """The signing key was sealed with another secret than this installation's."""


class KeyRing:
    """Keys to sign and verify with, read again every half minute, and when someone names one that is not known."""

    def __init__(self, authentication: Authentication, vault: KeyVault, ports: KeyPorts) -> None:
        self._authentication = authentication
        self._vault = vault
        self._ports = ports
        self._clock: Clock = ports.clock
        self._keys: list[SigningKey] = []
        self._public: dict[str, ECKey] = {}
        self._private: dict[str, ECKey] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def signing_key(self) -> ECKey:
        """The private key that signs now; makes the installation's first one.

        Raises `KeysUnreadable`, `Unavailable`.
        """
        await self._read(_FRESH)
        key = signer(self._keys, self._clock.now())
        if key is None:
            await rotate_signing_keys(self._ports, system_actor("keys"), RotateSigningKeys(older_than=None))
            await self._read(timedelta(0))
            key = signer(self._keys, self._clock.now())
            assert key is not None, "a first key signs at once"
        if key.kid not in self._private:
            try:
                self._private[key.kid] = self._vault.open(key)
            except InvalidTag as error:
                message = "The signing key cannot be opened: is PAYDESK_SECRET_KEY the one that it was made with?"
                raise KeysUnreadable(message) from error
        return self._private[key.kid]

    async def verifying_key(self, kid: str) -> ECKey | None:
        """The public key of that name, if it is published now."""
        await self._read(_FRESH)
        if kid not in self._public:
            await self._read(_ASK_AGAIN)
        now = self._clock.now()
        published = any(key.kid == kid and key.published(now) for key in self._keys)
        return self._public.get(kid) if published else None

    async def key_set(self) -> dict[str, list[dict[str, object]]]:
        """All published keys, as a JWK Set (RFC 7517)."""
        await self.signing_key()
        now = self._clock.now()
        return {"keys": [dict(key.public_jwk) for key in self._keys if key.published(now)]}

    async def _read(self, at_most: timedelta) -> None:
        if self._is_fresh(at_most):
            return
        async with self._reading:
            if self._is_fresh(at_most):
                return
            now = self._clock.now()
            self._keys = await self._authentication.published_keys(now)
            self._public = {key.kid: ECKey.import_key(_strings(key)) for key in self._keys}
            self._private = {kid: key for kid, key in self._private.items() if kid in self._public}
            self._read_at = now

    def _is_fresh(self, at_most: timedelta) -> bool:
        # The age has two sides: a clock that was set back must not keep old keys alive.
        return self._read_at is not None and abs(self._clock.now() - self._read_at) < at_most


def _strings(key: SigningKey) -> dict[str, str | list[str]]:
    return {name: str(value) for name, value in key.public_jwk.items()}
