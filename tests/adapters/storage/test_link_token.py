"""A token says what it allows, and nobody can write another one."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.storage.link_token import LinkExpired, LinkForged, LinkTokens, Purpose
from tests.builders.files import an_evidence_file
from tests.fakes.clock import SettableClock

CLOCK = SettableClock()
TOKENS = LinkTokens("secret", CLOCK)
FILE = an_evidence_file(name="réçu 领收书.pdf")
TOKEN = TOKENS.upload(FILE)


def test_a_token_is_read_as_it_was_written() -> None:
    link = TOKENS.read(TOKEN, Purpose.UPLOAD)
    assert (link.file, link.key, link.name, link.size_bytes) == (FILE.id, FILE.upload_key, FILE.name, FILE.size_bytes)
    assert link.merchant_id == str(FILE.merchant_id)
    assert TOKENS.upload(FILE) == TOKEN


def test_one_of_the_other_kind_opens_nothing() -> None:
    with pytest.raises(LinkForged):
        TOKENS.read(TOKEN, Purpose.DOWNLOAD)
    with pytest.raises(LinkForged):
        TOKENS.read(TOKENS.download(FILE, CLOCK.now() + timedelta(minutes=5)), Purpose.UPLOAD)


def test_it_expires_to_the_second() -> None:
    clock = SettableClock()
    tokens = LinkTokens("secret", clock)
    token = tokens.download(FILE, clock.now() + timedelta(minutes=5))
    clock.pass_by(299)
    tokens.read(token, Purpose.DOWNLOAD)
    clock.pass_by(1)
    with pytest.raises(LinkExpired):
        tokens.read(token, Purpose.DOWNLOAD)


def test_another_secret_signs_other_tokens() -> None:
    with pytest.raises(LinkForged):
        LinkTokens("another secret", CLOCK).read(TOKEN, Purpose.UPLOAD)


def test_a_changed_content_needs_another_signature() -> None:
    content, signature = TOKEN.split(".")
    values = json.loads(base64.urlsafe_b64decode(content + "=="))
    for name, value in (("key", "evidence/x"), ("expires_at", 2**40), ("size_bytes", 10**9), ("purpose", "download")):
        changed = base64.urlsafe_b64encode(json.dumps({**values, name: value}).encode()).rstrip(b"=").decode()
        for purpose in Purpose:
            with pytest.raises(LinkForged):
                TOKENS.read(f"{changed}.{signature}", purpose)


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_character(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(LinkForged):
            TOKENS.read(changed, Purpose.UPLOAD)


@given(st.text())
@pytest.mark.parametrize(
    "around",
    ["{}", TOKEN + "{}", "{}" + TOKEN, "{}." + TOKEN.split(".")[1]],
    # The token is another in each process.
    ids=["alone", "behind a link", "before one", "with a link's seal"],
)
def test_anything_else(around: str, text: str) -> None:
    given_token = around.replace("{}", text)
    if given_token != TOKEN:
        with pytest.raises(LinkForged):
            TOKENS.read(given_token, Purpose.UPLOAD)


def test_long_ones_are_not_even_read() -> None:
    with pytest.raises(LinkForged):
        TOKENS.read("a" * 10_000_000, Purpose.UPLOAD)
