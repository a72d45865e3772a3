"""Settings come from the environment, are described here and nowhere else, and are refused when wrong."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, Json, SecretStr, ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from app.addresses import is_protected, read_http_url, read_issuer, read_networks, read_postgres_url
from app.bank_settings import BankSettings, setting
from app.refusal import Refused
from app.storage_addresses import read_host_and_port, read_storage_url
from app.webhook_secrets import read_webhook_secrets
from domain.identity.permission import StaffRole
from domain.payments.operation import FIRST_CHECK_SECONDS

if TYPE_CHECKING:
    from typing import Self

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

_PREFIX = "PAYDESK_"
_SECRET_KEY_LENGTH = 32
# What begins and ends a call, and clocks that differ a little, have the rest of the time until the first check.
_LONGEST_GATEWAY_CALL = FIRST_CHECK_SECONDS - 10
# Known to everybody who reads this: production refuses it.
DEMO_SECRET_KEY = "the-demo-secret-key-that-everybody-knows"  # noqa: S105


class SettingsRefused(Refused):
    """Some variables are wrong; the text lists every one with what is wrong and an example."""


class Environment(StrEnum):
    """What this installation is for."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcClient:
    """How we are known at one OpenID provider."""

    issuer: str
    client_id: str
    client_secret: SecretStr


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < _SECRET_KEY_LENGTH:
        msg = f"this must have at least {_SECRET_KEY_LENGTH} characters"
        raise ValueError(msg)
    return value


def _webhook_secrets(value: SecretStr) -> SecretStr:
    read_webhook_secrets(value.get_secret_value())
    return value


HttpUrl = Annotated[str, AfterValidator(read_http_url)]
WebhookSecrets = Annotated[SecretStr, AfterValidator(_webhook_secrets)]
Issuer = Annotated[str, AfterValidator(read_issuer)]
PostgresUrl = Annotated[str, AfterValidator(read_postgres_url)]
StorageUrl = Annotated[str, AfterValidator(read_storage_url)]
HostAndPort = Annotated[str, AfterValidator(read_host_and_port)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(read_networks)]
PerMinute = Annotated[int, Field(ge=1, le=10_000_000)]


class Settings(BankSettings):
    """All settings of one process, checked together; made by `load_settings` only."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=False)

    database_url: PostgresUrl | None = setting(
        "DATABASE_URL",
        None,
        "postgresql://paydesk:secret@db.example.com/paydesk",
        "The PostgreSQL that the application uses. Unset: an embedded one below the data directory.",
        repr=False,
    )
    migration_database_url: PostgresUrl | None = setting(
        "PAYDESK_MIGRATION_DATABASE_URL",
        None,
        "postgresql://owner:secret@db.example.com/paydesk",
        "As whom `paydesk migrate` connects: the owner of the schema. Unset: DATABASE_URL.",
        repr=False,
    )
    environment: Environment = setting(
        "PAYDESK_ENVIRONMENT",
        Environment.PRODUCTION,
        "production",
        "What this installation is for: production, demo or test. Only production insists on secrets and https.",
    )
    public_url: HttpUrl = setting(
        "PAYDESK_PUBLIC_URL",
        "http://localhost:8000",
        "https://paydesk.example.com",
        "The address that browsers and clients use. Production wants https, unless it is this machine.",
    )
    data_dir: Path = setting(
        "PAYDESK_DATA_DIR", Path(".paydesk"), "/var/lib/paydesk", "Where files are kept that are not in PostgreSQL."
    )
    storage_url: StorageUrl | None = setting(
        "PAYDESK_STORAGE_URL",
        None,
        "s3://paydesk-evidence/production",
        "Object storage of uploaded files: s3://, gs:// or az://; keys and region come from the usual AWS_*, GOOGLE_* "
        "or AZURE_* variables. Unset: files below the data directory, for one machine alone.",
    )
    storage_endpoint: HttpUrl | None = setting(
        "PAYDESK_STORAGE_ENDPOINT",
        None,
        "https://minio.example.com",
        "Where a storage that is compatible with S3 is, as browsers reach it. Unset: Amazon's.",
    )
    clamd_address: HostAndPort | None = setting(
        "PAYDESK_CLAMD_ADDRESS",
        None,
        "clamd:3310",
        "ClamAV's daemon, which looks into uploaded files; what it does not answer is not taken. Unset: only the "
        "built-in checks do.",
    )
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = setting(
        "PAYDESK_SECRET_KEY",
        None,
        "the output of: openssl rand -base64 48",
        "Encrypts signing keys, the numbers of bank accounts and payment files at rest; at least 32 characters. "
        "Required in production, the same in every process. Keep it: numbers open with no other.",
    )
    pool_size: int = setting(
        "PAYDESK_POOL_SIZE", 10, "20", "Connections to PostgreSQL that one process holds at most.", ge=1, le=1000
    )
    gateway_simulator_url: HttpUrl | None = setting(
        "PAYDESK_GATEWAY_SIMULATOR_URL",
        None,
        "http://localhost:8002",
        "Where the gateway simulator is. Unset: no payment goes to it.",
    )
    gateway_simulator_webhook_secret: WebhookSecrets | None = setting(
        "PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET",
        None,
        "whsec_ and the output of: openssl rand -base64 32",
        "What the gateway simulator signs its webhooks with, as Standard Webhooks has it; two, separated by a comma, "
        "while it changes, of which it signs with the first. Unset: webhooks are refused, and notices of disputes come "
        "by polling alone.",
    )
    gateway_deadline_seconds: int = setting(
        "PAYDESK_GATEWAY_DEADLINE_SECONDS",
        8,
        "8",
        "How long one call to a gateway may take in all, before its outcome is unknown; "
        f"{_LONGEST_GATEWAY_CALL} at most: after {FIRST_CHECK_SECONDS} seconds the worker asks what became of it, "
        "and by then the call must be over.",
        ge=1,
        le=_LONGEST_GATEWAY_CALL,
    )
    staff_oidc_issuer: Issuer | None = setting(
        "PAYDESK_STAFF_OIDC_ISSUER",
        None,
        "https://login.example.com",
        "The OpenID provider of the company's own people. Unset: they cannot sign in.",
    )
    staff_oidc_client_id: str | None = setting(
        "PAYDESK_STAFF_OIDC_CLIENT_ID", None, "paydesk-staff", "How that provider knows us."
    )
    staff_oidc_client_secret: SecretStr | None = setting(
        "PAYDESK_STAFF_OIDC_CLIENT_SECRET", None, "from the provider's console", "Our secret at that provider."
    )
    merchant_oidc_issuer: Issuer | None = setting(
        "PAYDESK_MERCHANT_OIDC_ISSUER",
        None,
        "https://login.example.com",
        "The OpenID provider of the merchants' people. Unset: they cannot sign in.",
    )
    merchant_oidc_client_id: str | None = setting(
        "PAYDESK_MERCHANT_OIDC_CLIENT_ID", None, "paydesk-merchants", "How that provider knows us."
    )
    merchant_oidc_client_secret: SecretStr | None = setting(
        "PAYDESK_MERCHANT_OIDC_CLIENT_SECRET", None, "from the provider's console", "Our secret at that provider."
    )
    staff_groups: Json[dict[str, StaffRole]] = setting(
        "PAYDESK_STAFF_GROUPS",
        "{}",
        '{"paydesk-admins": "ADMIN"}',
        "Which group of the staff's provider gives which role, as a JSON object. Roles: " + ", ".join(StaffRole) + ".",
        validate_default=True,
    )
    introspection: bool | None = setting(
        "PAYDESK_INTROSPECTION", None, "true", "Whether clients may introspect the schema. Unset: not in production."
    )
    graphiql: bool | None = setting(
        "PAYDESK_GRAPHIQL", None, "true", "Whether browsers get GraphiQL at /graphql. Unset: not in production."
    )
    api_requests_per_minute: PerMinute = setting(
        "PAYDESK_API_REQUESTS_PER_MINUTE", 6000, "6000", "API requests of one user or client."
    )
    sign_in_attempts_per_minute: PerMinute = setting(
        "PAYDESK_SIGN_IN_ATTEMPTS_PER_MINUTE", 30, "30", "Sign-ins begun from one address."
    )
    token_requests_per_minute: PerMinute = setting(
        "PAYDESK_TOKEN_REQUESTS_PER_MINUTE", 300, "300", "Requests to the OAuth2 endpoints from one address."
    )
    client_token_requests_per_minute: PerMinute = setting(
        "PAYDESK_CLIENT_TOKEN_REQUESTS_PER_MINUTE", 120, "120", "Requests to the OAuth2 endpoints of one client."
    )
    shutdown_seconds: int = setting(
        "PAYDESK_SHUTDOWN_SECONDS", 8, "8", "How long requests in flight may take after SIGTERM.", ge=1, le=300
    )
    failpoints: str = setting(
        "PAYDESK_FAILPOINTS",
        "",
        "capture.call.before=3",
        "Where fault tests make the process die. Never in production.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "PAYDESK_LOG_LEVEL", "info", "info", "What is logged at least: debug, info, warning or error."
    )
    trusted_proxies: Networks = setting(
        "PAYDESK_TRUSTED_PROXIES",
        (),
        "10.0.0.0/8,192.168.1.5",
        "Networks whose X-Forwarded-For is believed, separated by commas. Unset: nobody's.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands in: the environment is its argument, so tests need no global state."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def is_production(self) -> bool:
        """Whether real money is at stake."""
        return self.environment is Environment.PRODUCTION

    @property
    def allows_introspection(self) -> bool:
        """Whether clients may introspect the schema."""
        return not self.is_production if self.introspection is None else self.introspection

    @property
    def shows_graphiql(self) -> bool:
        """Whether browsers get GraphiQL."""
        return not self.is_production if self.graphiql is None else self.graphiql

    @property
    def gateway_deadline(self) -> timedelta:
        """How long one call to a gateway may take in all."""
        return timedelta(seconds=self.gateway_deadline_seconds)

    @property
    def gateway_simulator_webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that the gateway simulator may sign with; none when it may not call."""
        secret = self.gateway_simulator_webhook_secret
        return () if secret is None else read_webhook_secrets(secret.get_secret_value())

    @property
    def encryption_key(self) -> str:
        """The secret that keys are derived from."""
        return DEMO_SECRET_KEY if self.secret_key is None else self.secret_key.get_secret_value()

    @property
    def staff_oidc(self) -> OidcClient | None:
        """The staff's OpenID provider, when set up."""
        return _oidc(self.staff_oidc_issuer, self.staff_oidc_client_id, self.staff_oidc_client_secret)

    @property
    def merchant_oidc(self) -> OidcClient | None:
        """The merchants' OpenID provider, when set up."""
        return _oidc(self.merchant_oidc_issuer, self.merchant_oidc_client_id, self.merchant_oidc_client_secret)

    @property
    def embedded_postgres_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its data, when there is no DATABASE_URL."""
        return self.data_dir / "postgres"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = [*self._half_known_providers(), *self.half_known_banks()]
        if self.is_production:
            wrong += self._unfit_for_production()
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _half_known_providers(self) -> list[str]:
        wrong: list[str] = []
        for realm in ("STAFF", "MERCHANT"):
            names = [f"{_PREFIX}{realm}_OIDC_{part}" for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
            missing = [name for name in names if not getattr(self, _field_of(name))]
            if 0 < len(missing) < len(names):
                wrong += [f"{name}: this must be set too, since {realm.lower()} sign-in is" for name in missing]
        return wrong

    def _unfit_for_production(self) -> list[str]:
        wrong: list[str] = []
        if self.secret_key is None:
            wrong.append("PAYDESK_SECRET_KEY: production needs one")
        elif self.secret_key.get_secret_value() == DEMO_SECRET_KEY:
            wrong.append("PAYDESK_SECRET_KEY: this is the demo's, which everybody knows")
        ours = ("PAYDESK_PUBLIC_URL", "PAYDESK_STORAGE_ENDPOINT", "PAYDESK_BANK_DELIVERY_ENDPOINT")
        for name in (*ours, "PAYDESK_STAFF_OIDC_ISSUER", "PAYDESK_MERCHANT_OIDC_ISSUER"):
            url = getattr(self, _field_of(name))
            if url is not None and not is_protected(url):
                wrong.append(f"{name}: production needs https, except on this machine")
        if self.failpoints:
            wrong.append("PAYDESK_FAILPOINTS: production must not die on purpose; unset it")
        return wrong


def load_settings(environ: Mapping[str, str], *, opens_secrets: bool = True) -> Settings:
    """Read and check an environment; raise `SettingsRefused` with everything that is wrong in it.

    An empty variable counts as unset. No value is ever repeated in the message: it might be a secret. What opens no
    secrets, as `paydesk verify`, needs no key to them.
    """
    if not opens_secrets:
        environ = {"PAYDESK_SECRET_KEY": secrets.token_urlsafe(_SECRET_KEY_LENGTH), **environ}
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    problems = {
        name: _unknown(name, known) for name in sorted(environ) if name.startswith(_PREFIX) and name not in known
    }
    given = {name: environ[name] for name in known if environ.get(name)}
    try:
        settings = Settings(**cast("dict[str, Any]", given))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            problems.update(_read_detail(detail))
    else:
        if not problems:
            return settings
    listing = "\n".join(f"  {name}: {problem}" for name, problem in problems.items())
    msg = f"These settings are wrong:\n{listing}"
    raise SettingsRefused(msg)


def settings_table() -> str:
    """All settings as a Markdown table, for docs/operations.md."""
    rows = ["| variable | default | meaning | example |", "|---|---|---|---|"]
    # What is inherited comes last, however pydantic orders it.
    ordered = sorted(Settings.model_fields.items(), key=lambda named: named[0] in BankSettings.model_fields)
    for _, field in ordered:
        default = "" if field.default in (None, "", (), "{}") else f"`{field.default}`"
        description = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{field.validation_alias}` | {default} | {description} | `{_example(field)}` |")
    return "\n".join(rows) + "\n"


def _oidc(issuer: str | None, client_id: str | None, client_secret: SecretStr | None) -> OidcClient | None:
    if issuer is None or client_id is None or client_secret is None:
        return None
    return OidcClient(issuer=issuer, client_id=client_id, client_secret=client_secret)


def _field_of(name: str) -> str:
    return name.removeprefix(_PREFIX).lower()


def _example(field: FieldInfo) -> str:
    return str((field.examples or [""])[0])


def _unknown(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"there is no such setting; did you mean {close[0]}?" if close else "there is no such setting"


def _read_detail(detail: ErrorDetails) -> dict[str, str]:
    """The variables that one validation error is about, with what is wrong."""
    text = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:  # found by looking at several together; each line names its variable
        pairs = [line.partition(": ") for line in text.splitlines()]
    else:
        pairs = [(str(detail["loc"][0]), "", text[:1].lower() + text[1:])]
    examples = {str(field.validation_alias): _example(field) for field in Settings.model_fields.values()}
    return {name: f"{problem} (example: {examples[name]})" for name, _, problem in pairs}
