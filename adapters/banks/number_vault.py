"""Seals the numbers of bank accounts with the installation's secret, so that the database alone does not tell them."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from uuid import UUID

    from domain.settlements.account_number import AccountNumber
    from domain.settlements.bank_account import BankAccount

_NONCE_BYTES = 12


class SecretNumberVault:
    """AES-256-GCM and HMAC-SHA-256 under keys that HKDF-SHA256 derives from the secret, one for each purpose.

    The merchant and the account are authenticated with a sealed number: it opens in no other row. A fingerprint is of
    one merchant, so that the database does not tell that two of them share an account.
    """

    def __init__(self, secret_key: str) -> None:
        self._cipher = AESGCM(_derived(secret_key, b"paydesk bank account numbers v1"))
        self._fingerprint_key = _derived(secret_key, b"paydesk bank account fingerprints v1")

    def seal(self, merchant_id: UUID, account_id: UUID, number: AccountNumber) -> bytes:
        """The number, readable for nobody else, of this account and no other."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, number.number.encode(), merchant_id.bytes + account_id.bytes)

    def fingerprint(self, merchant_id: UUID, number: AccountNumber) -> bytes:
        """The same for the same account of a merchant, and of no use without the key."""
        text = merchant_id.bytes + number.identity.encode()
        return hmac.new(self._fingerprint_key, text, hashlib.sha256).digest()

    def number_of(self, account: BankAccount) -> str:
        """The number in full, normalised; raise `Unavailable` for one that was sealed with another secret."""
        nonce, sealed = account.sealed[:_NONCE_BYTES], account.sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, sealed, account.merchant_id.bytes + account.id.bytes).decode()
        except InvalidTag as error:
            raise Unavailable("The number of this bank account was sealed with another secret key.") from error


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
