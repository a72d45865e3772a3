"""The demo's secrets: made once, kept in its data directory, readable by its owner alone."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSecrets:
    """What the demo's processes share with each other and tell nobody."""

    secret_key: str
    staff_client_secret: str
    merchant_client_secret: str

    @property
    def webhook_secret(self) -> str:
        """What the gateway simulator signs with; derived, so that data of an earlier start has one as well."""
        return f"whsec_{b64encode(sha256(f'webhook {self.secret_key}'.encode()).digest()).decode()}"


def kept_secrets(path: Path) -> DemoSecrets:
    """Read the file, or make it."""
    try:
        return DemoSecrets(**json.loads(path.read_text()))
    except FileNotFoundError:
        made = DemoSecrets(**{name: secrets.token_urlsafe(36) for name in DemoSecrets.__slots__})
    write_private(path, json.dumps(asdict(made), indent=2))
    return made


def write_private(path: Path, text: str) -> None:
    """Write a whole file at once that only its owner may read, whatever stood there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    building.replace(path)
