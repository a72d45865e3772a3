"""The settings about banks."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SettingsRefused, load_settings

TEST = {"PAYDESK_ENVIRONMENT": "test"}
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
SFTP = {
    "PAYDESK_BANK_DELIVERY_URL": "sftp://paydesk@sftp.bank.example:2222/in/",
    "PAYDESK_BANK_SFTP_HOST_KEY": HOST_KEY,
    "PAYDESK_BANK_SFTP_PASSWORD": "correct horse",
}


def test_without_any_of_them_files_stay_here() -> None:
    settings = load_settings(TEST)
    assert (settings.house_accounts, settings.bank_delivery_url, settings.payment_file_minutes) == ((), None, 15)


def test_what_sftp_needs() -> None:
    settings = load_settings({**TEST, **SFTP})
    assert settings.bank_delivery_url == "sftp://paydesk@sftp.bank.example:2222/in"
    assert "correct horse" not in repr(settings)
    with_key = {**TEST, **SFTP, "PAYDESK_BANK_SFTP_PASSWORD": "", "PAYDESK_BANK_SFTP_KEY_FILE": "/etc/key"}
    assert load_settings(with_key).bank_sftp_key_file == Path("/etc/key")


@pytest.mark.parametrize(
    ("change", "name", "problem"),
    [
        ({"PAYDESK_BANK_SFTP_HOST_KEY": ""}, "PAYDESK_BANK_SFTP_HOST_KEY", "must be set too"),
        ({"PAYDESK_BANK_SFTP_HOST_KEY": "ssh-ed25519 x"}, "PAYDESK_BANK_SFTP_HOST_KEY", "a public key"),
        ({"PAYDESK_BANK_SFTP_PASSWORD": ""}, "PAYDESK_BANK_SFTP_KEY_FILE", "this or PAYDESK_BANK_SFTP_PASSWORD"),
        ({"PAYDESK_BANK_DELIVERY_URL": "https://a.example"}, "PAYDESK_BANK_DELIVERY_URL", "sftp://user@host"),
        ({"PAYDESK_BANK_DELIVERY_URL": "sftp://a.example/in"}, "PAYDESK_BANK_DELIVERY_URL", "sftp://user@host"),
        ({"PAYDESK_BANK_DELIVERY_URL": "file://a/in"}, "PAYDESK_BANK_DELIVERY_URL", "file:///folder"),
        ({"PAYDESK_BANK_DELIVERY_URL": "s3:///in"}, "PAYDESK_BANK_DELIVERY_URL", "s3://bucket"),
        ({"PAYDESK_BANK_DELIVERY_URL": "sftp://a:b@c.example/in"}, "PAYDESK_BANK_DELIVERY_URL", "no query"),
        ({"PAYDESK_BANK_DELIVERY_URL": "sftp://a@b:port/in"}, "PAYDESK_BANK_DELIVERY_URL", "well-formed"),
        ({"PAYDESK_HOUSE_ACCOUNTS": "[{}]"}, "PAYDESK_HOUSE_ACCOUNTS", "missing are"),
        ({"PAYDESK_PAYMENT_FILE_MINUTES": "0"}, "PAYDESK_PAYMENT_FILE_MINUTES", "greater than or equal to 1"),
    ],
)
def test_a_wrong_one_is_named(change: dict[str, str], name: str, problem: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings({**TEST, **SFTP, **change})
    assert name in str(refused.value)
    assert problem in str(refused.value)
