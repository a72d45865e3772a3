"""Keeps the contents of payment files, which hold account numbers in full, from whoever reads the database alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from uuid import UUID

_NONCE_BYTES = 12


class SecretFileSeal:
    """AES-256-GCM under a key that HKDF-SHA256 derives from the secret; the file's id is authenticated with it."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"paydesk payment files v1")
        self._cipher = AESGCM(derived.derive(secret_key.encode()))

    def seal(self, file_id: UUID, content: bytes) -> bytes:
        """The content, readable for nobody else."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, file_id.bytes)

    def open(self, file_id: UUID, sealed: bytes) -> bytes:
        """The content; raise `Unavailable` for what was sealed with another secret, or for another file."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], file_id.bytes)
        except InvalidTag as error:
            raise Unavailable("This payment file was sealed with another secret key.") from error
