"""A link says which statement and until when, and nobody can write another one."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.statements.link_token import (
    StatementLink,
    StatementLinkExpired,
    StatementLinkForged,
    StatementLinkTokens,
)
from domain.settlements.statement import StatementFormat
from tests.fakes.clock import SettableClock

URL = "https://paydesk.test"
CLOCK = SettableClock()
TOKENS = StatementLinkTokens("secret", CLOCK, URL)
MERCHANT, SETTLEMENT = UUID(int=2**120 + 1), UUID(int=2**121 + 5)


def a_token(
    tokens: StatementLinkTokens = TOKENS, kind: StatementFormat = StatementFormat.CSV, seconds: int = 300
) -> str:
    link = tokens.link(MERCHANT, SETTLEMENT, kind, CLOCK.now() + timedelta(seconds=seconds))
    assert link.startswith(f"{URL}/statements/")
    return link.rpartition("/")[2]


TOKEN = a_token()


@pytest.mark.parametrize("kind", list(StatementFormat))
def test_a_token_is_read_as_it_was_written(kind: StatementFormat) -> None:
    link = TOKENS.read(a_token(kind=kind))
    assert link == StatementLink(merchant_id=MERCHANT, settlement_id=SETTLEMENT, kind=kind)
    assert a_token(kind=kind) == a_token(kind=kind)


def test_it_expires_to_the_second() -> None:
    clock = SettableClock()
    tokens = StatementLinkTokens("secret", clock, URL)
    token = a_token(tokens)
    clock.pass_by(299)
    tokens.read(token)
    clock.pass_by(1)
    with pytest.raises(StatementLinkExpired):
        tokens.read(token)


def test_another_secret_signs_other_tokens() -> None:
    with pytest.raises(StatementLinkForged):
        StatementLinkTokens("another secret", CLOCK, URL).read(TOKEN)


def test_every_changed_bit_is_noticed() -> None:
    raw = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(StatementLinkForged):
            TOKENS.read(base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode())


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_character(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(StatementLinkForged):
            TOKENS.read(changed)


@given(st.text() | st.text(alphabet="AZaz09-_=", min_size=98, max_size=98))
def test_anything_else(text: str) -> None:
    with pytest.raises(StatementLinkForged):
        TOKENS.read(text)


def test_long_ones_are_not_even_read() -> None:
    with pytest.raises(StatementLinkForged):
        TOKENS.read("a" * 10_000_000)
