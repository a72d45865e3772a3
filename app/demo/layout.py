"""Where the demo keeps its files and answers, and what its processes are told of each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.demo.house_accounts import house_accounts_setting
from domain.identity.permission import StaffRole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from app.demo.ports import DemoPorts
    from app.demo.secret_file import DemoSecrets

STAFF_CLIENT = "paydesk-staff"
MERCHANT_CLIENT = "paydesk-merchants"
_CLIENTS = {"STAFF": STAFF_CLIENT, "MERCHANT": MERCHANT_CLIENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLayout:
    """One demo: its data directory, ports and secrets."""

    data: Path
    ports: DemoPorts
    secrets: DemoSecrets

    @property
    def web_url(self) -> str:
        """Where people and clients go."""
        return f"http://localhost:{self.ports.web}"

    @property
    def identity_provider_url(self) -> str:
        """The OpenID issuer of both realms."""
        return f"http://localhost:{self.ports.identity_provider}"

    @property
    def simulator_url(self) -> str:
        """Where the gateway simulator is."""
        return f"http://localhost:{self.ports.simulator}"

    @property
    def dispute_console_url(self) -> str:
        """Where people play issuers and networks."""
        return f"{self.simulator_url}/disputes"

    @property
    def bank_url(self) -> str:
        """Where people see the simulator's bank."""
        return f"{self.simulator_url}/bank"

    @property
    def webhook_url(self) -> str:
        """Where the gateway simulator tells of disputes."""
        return f"{self.web_url}/webhooks/gateways/simulator"

    @property
    def provider_config_path(self) -> Path:
        """The identity provider's clients and users."""
        return self.data / "identity-provider.json"

    def environ(self, outer: Mapping[str, str], dsn: str) -> dict[str, str]:
        """The environment of the demo's processes: what is set outside goes on to hold where the demo does not care."""
        groups = {f"paydesk-{role.lower().replace('_', '-')}": role for role in StaffRole}
        return {
            **{name: value for name, value in outer.items() if name != "PAYDESK_MIGRATION_DATABASE_URL"},
            "DATABASE_URL": dsn,
            "PAYDESK_ENVIRONMENT": "demo",
            "PAYDESK_PUBLIC_URL": self.web_url,
            "PAYDESK_DATA_DIR": str(self.data),
            "PAYDESK_SECRET_KEY": self.secrets.secret_key,
            "PAYDESK_GATEWAY_SIMULATOR_URL": self.simulator_url,
            "PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET": self.secrets.webhook_secret,
            "PAYDESK_STAFF_OIDC_ISSUER": self.identity_provider_url,
            "PAYDESK_STAFF_OIDC_CLIENT_ID": STAFF_CLIENT,
            "PAYDESK_STAFF_OIDC_CLIENT_SECRET": self.secrets.staff_client_secret,
            "PAYDESK_MERCHANT_OIDC_ISSUER": self.identity_provider_url,
            "PAYDESK_MERCHANT_OIDC_CLIENT_ID": MERCHANT_CLIENT,
            "PAYDESK_MERCHANT_OIDC_CLIENT_SECRET": self.secrets.merchant_client_secret,
            "PAYDESK_STAFF_GROUPS": json.dumps(groups),
            "PAYDESK_HOUSE_ACCOUNTS": house_accounts_setting(),
            # Nobody wants to wait for a quarter of an hour to see a payout leave.
            "PAYDESK_PAYMENT_FILE_MINUTES": "1",
        }

    def provider_config(self, users: list[dict[str, Any]]) -> dict[str, Any]:
        """The identity provider's file: both realms as clients, and these users (see `demo.json` for their shape)."""
        secrets = {"STAFF": self.secrets.staff_client_secret, "MERCHANT": self.secrets.merchant_client_secret}
        return {
            "issuer": self.identity_provider_url,
            "clients": [
                {
                    "client_id": client_id,
                    "client_secret": secrets[realm],
                    "name": f"Paydesk for {'staff' if realm == 'STAFF' else 'merchants'}",
                    "redirect_uris": [f"{self.web_url}/sign-in/{realm.lower()}/callback"],
                    "post_logout_redirect_uris": [f"{self.web_url}/", self.web_url],
                    "backchannel_logout_uri": f"{self.web_url}/backchannel-logout/{realm.lower()}",
                }
                for realm, client_id in _CLIENTS.items()
            ],
            "users": [_provider_user(user) for user in users],
        }


def _provider_user(user: dict[str, Any]) -> dict[str, Any]:
    local = user["email"].partition("@")[0]
    is_staff = user["realm"] == "STAFF"
    return {
        # Stable over starts: accounts are linked by it.
        "sub": user.get("sub") or f"demo|{user['email'].lower()}",
        "email": user["email"],
        "email_verified": True,
        "name": user.get("name") or local.replace(".", " ").replace("-", " ").title(),
        "password": user["password"],
        "realm": _CLIENTS[user["realm"]],
        "role": user["role"],
        "groups": [f"paydesk-{user['role'].lower().replace('_', '-')}"] if is_staff else [],
    }
