"""A provider's public keys, fetched again for an unknown key id, but not as often as a forger pleases."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from adapters.oidc.errors import Check, ProviderRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    PublicKey = RSAKey | ECKey | OKPKey

# A key that the provider withdrew must not be believed for long.
_FRESH_SECONDS = 600.0
_REFETCH_SECONDS = 30.0
_MOST_KEYS = 64
_SMALLEST_RSA_BITS = 2048
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_ASYMMETRIC: dict[str, type[PublicKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class ProviderKeys:
    """The key set of one provider."""

    def __init__(
        self, fetch: Callable[[], Awaitable[Mapping[str, Any]]], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`fetch` gets the key set's JSON; `monotonic` counts seconds."""
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: list[PublicKey] = []
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def key_for(self, algorithm: str, kid: str | None) -> PublicKey:
        """The one key that a signature names; raise `ProviderRefused` when there is none, or several without a name."""
        if not self._younger_than(_FRESH_SECONDS):
            await self._refresh(_FRESH_SECONDS)
        found = self._find(algorithm, kid)
        if not found and not self._younger_than(_REFETCH_SECONDS):
            await self._refresh(_REFETCH_SECONDS)
            found = self._find(algorithm, kid)
        if len(found) != 1:
            raise ProviderRefused(Check.KEY, "no key of that id" if not found else "several keys match")
        return found[0]

    def _younger_than(self, seconds: float) -> bool:
        return self._fetched_at is not None and self._monotonic() - self._fetched_at < seconds

    async def _refresh(self, seconds: float) -> None:
        async with self._lock:
            if self._younger_than(seconds):
                return  # somebody else fetched while we waited
            document = await self._fetch()
            self._keys = read_keys(document)
            self._fetched_at = self._monotonic()

    def _find(self, algorithm: str, kid: str | None) -> list[PublicKey]:
        return [key for key in self._keys if _fits(key, algorithm) and (kid is None or key.kid == kid)]


def read_keys(document: Mapping[str, Any]) -> list[PublicKey]:
    """The public signature keys of a set; others and unknown ones are left out (RFC 7517, section 5)."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise ProviderRefused(Check.KEY, "the key set has no list of keys")
    keys = [_read_key(entry) for entry in listed[:_MOST_KEYS] if isinstance(entry, dict)]
    return [key for key in keys if key is not None]


def _read_key(entry: dict[str, Any]) -> PublicKey | None:
    kind = _ASYMMETRIC.get(str(entry.get("kty")))
    operations = entry.get("key_ops")
    if kind is None or "d" in entry or entry.get("use", "sig") != "sig":
        return None
    if isinstance(operations, list) and "verify" not in operations:
        return None
    try:
        key = kind.import_key(entry)
        size = key.raw_value.key_size if isinstance(key, RSAKey) else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None if size is not None and size < _SMALLEST_RSA_BITS else key


def _fits(key: PublicKey, algorithm: str) -> bool:
    if key.key_type != _KINDS[algorithm[:2]] or key.get("alg", algorithm) != algorithm:
        return False
    return algorithm not in _CURVES or key.get("crv") == _CURVES[algorithm]
