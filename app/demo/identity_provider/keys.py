"""The key that signs ID tokens and logout tokens; made at the start and never written down."""

from __future__ import annotations

import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"


class SigningKey:
    """One ES256 key pair. A restart makes another, and relying parties fetch the set anew for an unknown `kid`."""

    def __init__(self) -> None:
        """Make the pair."""
        self.kid = secrets.token_hex(8)
        key = ECKey.generate_key("P-256", {"alg": ALGORITHM, "use": "sig", "kid": self.kid})
        self.key_set = KeySet([key])

    def header(self, typ: str) -> dict[str, str]:
        """The protected header of a token of that type."""
        return {"alg": ALGORITHM, "kid": self.kid, "typ": typ}

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """The claims as a compact JWT."""
        return jwt.encode(self.header(typ), claims, self.key_set, algorithms=[ALGORITHM])

    def public_jwks(self) -> dict[str, Any]:
        """The set that relying parties verify with."""
        return dict(self.key_set.as_dict(private=False))
