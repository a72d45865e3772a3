"""The settings about banks: our own accounts there, and how files get to them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from app.addresses import read_http_url
from app.bank_addresses import read_delivery_url, read_host_key, read_inbox_url
from app.house_accounts import read_house_accounts
from domain.settlements.house_account import HouseAccount

HouseAccounts = Annotated[tuple[HouseAccount, ...], BeforeValidator(read_house_accounts)]
InboxUrl = Annotated[str, AfterValidator(read_inbox_url)]
DeliveryUrl = Annotated[str, AfterValidator(read_delivery_url)]
HttpUrl = Annotated[str, AfterValidator(read_http_url)]
HostKey = Annotated[str, AfterValidator(read_host_key)]


def setting(name: str, default: Any, example: str, description: str, **more: Any) -> Any:  # noqa: ANN401 - as pydantic's Field
    """One variable with what `paydesk` and docs/operations.md say of it."""
    return Field(default, validation_alias=name, examples=[example], description=description, **more)


class BankSettings(BaseSettings):
    """Fields alone: `app.settings.Settings` checks them together with all others."""

    house_accounts: HouseAccounts = setting(
        "PAYDESK_HOUSE_ACCOUNTS",
        (),
        '[{"name": "eur-main", "holder": "Paydesk GmbH", "number": "DE89370400440532013000", "bic": "COBADEFFXXX", '
        '"currencies": ["EUR"], "calendar": "TARGET2"}]',
        "The company's own bank accounts, as a JSON list. Payouts in a currency go out from the account that has it; "
        "in other currencies they wait. `number` is an IBAN, unless `scheme` says otherwise; the bank is known by its "
        "`bic` or its `routing` number; `calendar` is TARGET2, ARGENTINA, BRAZIL or UNITED_STATES.",
    )
    bank_delivery_url: DeliveryUrl | None = setting(
        "PAYDESK_BANK_DELIVERY_URL",
        None,
        "sftp://paydesk@sftp.bank.example/incoming",
        "Where payment files are left for the bank: sftp://user@host:port/folder, s3://, gs:// or az:// (with keys and "
        "region from the usual variables), or file:///folder. Unset: bank/outgoing below the data directory.",
    )
    bank_delivery_endpoint: HttpUrl | None = setting(
        "PAYDESK_BANK_DELIVERY_ENDPOINT",
        None,
        "https://minio.example.com",
        "Where a storage for payment files that is compatible with S3 is. Unset: Amazon's.",
    )
    bank_sftp_host_key: HostKey | None = setting(
        "PAYDESK_BANK_SFTP_HOST_KEY",
        None,
        "ssh-ed25519 and the key, as in known_hosts",
        "By which the bank's SFTP server proves itself; no other is spoken to.",
    )
    bank_sftp_key_file: Path | None = setting(
        "PAYDESK_BANK_SFTP_KEY_FILE",
        None,
        "/etc/paydesk/bank_key",
        "The private key that we prove ourselves with there.",
    )
    bank_sftp_password: SecretStr | None = setting(
        "PAYDESK_BANK_SFTP_PASSWORD", None, "from the bank", "The password there, for a bank that takes no keys."
    )
    bank_inbox_url: InboxUrl | None = setting(
        "PAYDESK_BANK_INBOX_URL",
        None,
        "s3://paydesk-bank/statements",
        "Where the bank leaves its statements (camt.053): s3://, gs:// or az:// with a prefix, or file:///folder. It "
        "is only read, every ten seconds. Unset: bank/incoming below the data directory.",
    )
    bank_inbox_endpoint: HttpUrl | None = setting(
        "PAYDESK_BANK_INBOX_ENDPOINT",
        None,
        "https://minio.example.com",
        "Where the inbox's storage is, when it is one that is compatible with S3. Unset: Amazon's.",
    )
    payment_file_minutes: int = setting(
        "PAYDESK_PAYMENT_FILE_MINUTES",
        15,
        "60",
        "How often approved payouts are put into payment files.",
        ge=1,
        le=1440,
    )

    bank_account_cooling_hours: int = setting(
        "PAYDESK_BANK_ACCOUNT_COOLING_HOURS",
        72,
        "72",
        "How long a merchant's new bank account waits after its approval before anything is paid to it; until then the "
        "former one goes on.",
        ge=1,
        le=720,
    )

    def half_known_banks(self) -> list[str]:
        """What is missing beside what is set, a line for each variable."""
        if self.bank_delivery_url is None or not self.bank_delivery_url.startswith("sftp:"):
            return []
        wrong: list[str] = []
        if self.bank_sftp_host_key is None:
            wrong.append("PAYDESK_BANK_SFTP_HOST_KEY: this must be set too, since files are delivered by SFTP")
        if self.bank_sftp_key_file is None and self.bank_sftp_password is None:
            wrong.append("PAYDESK_BANK_SFTP_KEY_FILE: this or PAYDESK_BANK_SFTP_PASSWORD must be set too, for SFTP")
        return wrong
