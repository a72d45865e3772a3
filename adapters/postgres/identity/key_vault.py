"""Makes the key pairs that sign access tokens, and seals their private half with the installation's secret."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey

from domain.identity.signing_key import ALGORITHM, SigningKey

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

_NONCE_BYTES = 12


class KeyVault:
    """AES-256-GCM under a key that HKDF-SHA256 derives from the secret; the key's id is authenticated with it."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"paydesk signing keys v1")
        self._cipher = AESGCM(derived.derive(secret_key.encode()))

    def make(self, key_id: UUID, created_at: datetime, not_before: datetime) -> SigningKey:
        """A fresh ES256 key pair."""
        pair = ECKey.generate_key("P-256")
        nonce = os.urandom(_NONCE_BYTES)
        private = json.dumps(pair.as_dict(private=True)).encode()
        key = SigningKey(
            id=key_id,
            algorithm=ALGORITHM,
            public_jwk={},
            private_encrypted=nonce + self._cipher.encrypt(nonce, private, key_id.bytes),
            created_at=created_at,
            not_before=not_before,
        )
        members = pair.as_dict(private=False)
        public = {name: str(members[name]) for name in ("kty", "crv", "x", "y")}
        return SigningKey(
            id=key.id,
            algorithm=key.algorithm,
            public_jwk={**public, "kid": key.kid, "alg": ALGORITHM, "use": "sig"},
            private_encrypted=key.private_encrypted,
            created_at=created_at,
            not_before=not_before,
        )

    def open(self, key: SigningKey) -> ECKey:
        """The private key; raise `InvalidTag` when it was sealed with another secret, or for another key."""
        sealed = key.private_encrypted
        private = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key.id.bytes)
        return ECKey.import_key({**json.loads(private), "kid": key.kid, "alg": ALGORITHM, "use": "sig"})
