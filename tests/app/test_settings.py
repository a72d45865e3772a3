"""Settings: what is refused, what the refusal says, and what follows from what is given."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest

from app.settings import DEMO_SECRET_KEY, Environment, Settings, SettingsRefused, load_settings, settings_table
from domain.identity.permission import StaffRole
from domain.payments.operation import FIRST_CHECK_SECONDS

KEY = "k" * 32
PRODUCTION = {"PAYDESK_SECRET_KEY": KEY, "PAYDESK_PUBLIC_URL": "https://pay.example.com"}
TEST = {"PAYDESK_ENVIRONMENT": "test"}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsRefused) as refused:
        load_settings(environ)
    return str(refused.value)


def test_production_starts_with_a_secret_and_an_address() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.is_production
    assert settings.encryption_key == KEY
    assert not settings.allows_introspection
    assert not settings.shows_graphiql
    assert settings.gateway_deadline == timedelta(seconds=8)
    assert settings.database_url is None


def test_a_gateway_call_is_over_long_before_the_first_check() -> None:
    longest = load_settings({**TEST, "PAYDESK_GATEWAY_DEADLINE_SECONDS": "20"}).gateway_deadline
    assert longest + timedelta(seconds=10) <= timedelta(seconds=FIRST_CHECK_SECONDS)


def test_a_webhook_has_one_secret_or_two_while_they_change() -> None:
    name, secrets = "PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET", tuple(f"whsec_{letter * 44}" for letter in "AB")
    assert load_settings(TEST).gateway_simulator_webhook_secrets == ()
    assert load_settings({**TEST, name: ",".join(secrets)}).gateway_simulator_webhook_secrets == secrets
    assert secrets[0] not in repr(load_settings({**TEST, name: secrets[0]}))


def test_the_environment_given_is_the_only_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYDESK_POOL_SIZE", "77")
    monkeypatch.setenv("POOL_SIZE", "78")
    assert load_settings(PRODUCTION).pool_size == 10


@pytest.mark.parametrize(
    ("change", "name", "problem"),
    [
        ({"PAYDESK_SECRET_KEY": ""}, "PAYDESK_SECRET_KEY", "production needs one"),
        ({"PAYDESK_SECRET_KEY": "short"}, "PAYDESK_SECRET_KEY", "at least 32 characters"),
        ({"PAYDESK_SECRET_KEY": DEMO_SECRET_KEY}, "PAYDESK_SECRET_KEY", "everybody knows"),
        ({"PAYDESK_PUBLIC_URL": "http://pay.example.com"}, "PAYDESK_PUBLIC_URL", "needs https"),
        ({"PAYDESK_PUBLIC_URL": "pay.example.com"}, "PAYDESK_PUBLIC_URL", "http or https address"),
        ({"PAYDESK_PUBLIC_URL": "https://pay.example.com/?a=b"}, "PAYDESK_PUBLIC_URL", "no query"),
        ({"PAYDESK_FAILPOINTS": "capture.call.before"}, "PAYDESK_FAILPOINTS", "must not die on purpose"),
        ({"PAYDESK_ENVIRONMENT": "staging"}, "PAYDESK_ENVIRONMENT", "'production', 'demo' or 'test'"),
        ({"PAYDESK_POOL_SIZE": "0"}, "PAYDESK_POOL_SIZE", "greater than or equal to 1"),
        ({"PAYDESK_GATEWAY_DEADLINE_SECONDS": "21"}, "PAYDESK_GATEWAY_DEADLINE_SECONDS", "less than or equal to 20"),
        ({"PAYDESK_TRUSTED_PROXIES": "10.0.0.1/8"}, "PAYDESK_TRUSTED_PROXIES", "IP networks"),
        ({"PAYDESK_STAFF_GROUPS": '{"g": "BOSS"}'}, "PAYDESK_STAFF_GROUPS", "'ADMIN'"),
        ({"PAYDESK_STAFF_GROUPS": "{"}, "PAYDESK_STAFF_GROUPS", "invalid JSON"),
        ({"PAYDESK_STAFF_OIDC_ISSUER": "https://idp"}, "PAYDESK_STAFF_OIDC_CLIENT_SECRET", "must be set too"),
        (
            {"PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET": "whsec_short"},
            "PAYDESK_GATEWAY_SIMULATOR_WEBHOOK_SECRET",
            "24 to 64 bytes in base64",
        ),
        ({"DATABASE_URL": "mysql://h/d"}, "DATABASE_URL", "postgresql://"),
        ({"PAYDESK_POOLSIZE": "3"}, "PAYDESK_POOLSIZE", "did you mean PAYDESK_POOL_SIZE?"),
        ({"PAYDESK_ZZZZZZZZZZZZZZZ": "3"}, "PAYDESK_ZZZZZZZZZZZZZZZ", "no such setting"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_wrong(change: dict[str, str], name: str, problem: str) -> None:
    line = next(line for line in refusal(PRODUCTION | change).splitlines() if line.startswith(f"  {name}: "))
    assert problem in line


def test_everything_wrong_is_told_at_once() -> None:
    text = refusal({"PAYDESK_POOL_SIZE": "many", "PAYDESK_LOG_LEVEL": "loud", "PAYDESK_NOPE": "1"})
    assert [name for name in ("PAYDESK_POOL_SIZE", "PAYDESK_LOG_LEVEL", "PAYDESK_NOPE") if name in text] == [
        "PAYDESK_POOL_SIZE",
        "PAYDESK_LOG_LEVEL",
        "PAYDESK_NOPE",
    ]
    assert "(example: 20)" in text


def test_no_value_is_ever_repeated() -> None:
    secret = "hunter2"
    settings = load_settings({**PRODUCTION, "DATABASE_URL": f"postgresql://paydesk:{secret}@db/paydesk"})
    assert secret not in repr(settings)
    assert KEY not in repr(settings)
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    for name in names:
        for value in (secret, f"mysql://u:{secret}@h/d", f"postgresql://u:[{secret}]@h/d", f"https://u:{secret}@h"):
            try:
                load_settings({**PRODUCTION, name: value})
            except SettingsRefused as refused:
                assert secret not in str(refused), name


def test_plain_http_is_fine_on_this_machine_and_outside_production() -> None:
    for address in ("http://localhost:8000", "http://127.0.0.1", "http://[::1]:9", "http://pay.localhost"):
        assert load_settings({**PRODUCTION, "PAYDESK_PUBLIC_URL": f"{address}/"}).public_url == address
    assert load_settings({**TEST, "PAYDESK_PUBLIC_URL": "http://pay.example.com"}).environment is Environment.TEST


def test_playground_and_introspection_are_on_outside_production_unless_set() -> None:
    settings = load_settings(TEST)
    assert settings.allows_introspection
    assert settings.shows_graphiql
    settings = load_settings({**TEST, "PAYDESK_INTROSPECTION": "no", "PAYDESK_GRAPHIQL": "0"})
    assert not settings.allows_introspection
    assert not settings.shows_graphiql
    assert load_settings({**PRODUCTION, "PAYDESK_GRAPHIQL": "true"}).shows_graphiql


def test_values_are_read_into_what_they_mean() -> None:
    settings = load_settings(
        {
            **TEST,
            "DATABASE_URL": "postgres://u:p@h/d?host=/tmp/x",
            "PAYDESK_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "PAYDESK_STAFF_GROUPS": '{"bosses": "ADMIN"}',
            "PAYDESK_MERCHANT_OIDC_ISSUER": "http://localhost:8001",
            "PAYDESK_MERCHANT_OIDC_CLIENT_ID": "us",
            "PAYDESK_MERCHANT_OIDC_CLIENT_SECRET": "s",
        }
    )
    assert settings.database_url == "postgresql://u:p@h/d?host=/tmp/x"
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert settings.staff_groups == {"bosses": StaffRole.ADMIN}
    assert settings.staff_oidc is None
    assert settings.merchant_oidc is not None
    assert settings.merchant_oidc.client_secret.get_secret_value() == "s"


def test_every_setting_is_in_the_table_with_a_meaning() -> None:
    rows = settings_table().splitlines()[2:]
    assert len(rows) == len(Settings.model_fields)
    for row in rows:
        _, name, _, meaning, example, _ = row.split(" | ") if row.count(" | ") > 4 else ["", *row.split("|")[1:5], ""]
        assert name.strip().strip("`").isupper()
        assert meaning.strip()
        assert example.strip() != "``"
