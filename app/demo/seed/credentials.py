"""The demo's credentials: derived from the one secret that its data directory keeps, so none can get lost alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from app.demo.secret_file import kept_secrets
from app.demo.seed.people import MACHINES, PEOPLE, DemoMachine, DemoPerson
from domain.identity.actor import Realm
from domain.identity.permission import StaffRole
from domain.kernel.ids import Prefix, format_id

if TYPE_CHECKING:
    from pathlib import Path


class DerivedSecrets:
    """Secrets of machines and people; the same ones each time for the same key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    @classmethod
    def of(cls, data: Path) -> DerivedSecrets:
        """Those of a data directory, whose key is made when there is none (see `kept_secrets`)."""
        return cls(kept_secrets(data / "secrets.json").secret_key)

    def client_secret(self, machine: DemoMachine) -> str:
        """256 bits, as `domain.identity.secret` makes them."""
        derived = self._derive(f"client {machine.merchant.slug} {machine.name}")
        return base64.urlsafe_b64encode(derived).decode().rstrip("=")

    def password(self, person: DemoPerson) -> str:
        """Sixty bits in three groups that can be typed: kq2d-7xma-p4ze."""
        text = base64.b32encode(self._derive(f"password {person.email}")).decode().lower()
        return "-".join(text[start : start + 4] for start in (0, 4, 8))

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._key, f"paydesk demo {purpose}".encode(), hashlib.sha256)


def credentials(data: Path) -> dict[str, Any]:
    """Clients and users with their secrets, as `demo.json` shows them; `data` is the demo's directory."""
    secrets = DerivedSecrets.of(data)
    return {
        "clients": [_client(machine, secrets.client_secret(machine)) for machine in MACHINES],
        "users": [_user(person, secrets.password(person)) for person in PEOPLE],
    }


def _client(machine: DemoMachine, secret: str) -> dict[str, Any]:
    client = machine.client(secret)
    return {
        "merchant_id": format_id(Prefix.MERCHANT, machine.merchant.merchant.id),
        "client_id": client.client_id,
        "client_secret": secret,
        "scopes": sorted(client.scopes),
    }


def _user(person: DemoPerson, password: str) -> dict[str, Any]:
    staff = isinstance(person.role, StaffRole)
    return {
        "email": person.email,
        "password": password,
        "realm": (Realm.STAFF if staff else Realm.MERCHANT).value,
        "role": person.role.value,
        "merchant_id": person.merchant and format_id(Prefix.MERCHANT, person.merchant.merchant.id),
        "name": person.name,
    }
