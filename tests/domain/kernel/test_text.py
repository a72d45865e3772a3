"""Texts are printable and bounded, and no card number gets through however it is spaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.kernel.text import MAX_TEXT, clean_text, country_code, holds_card_number, optional_text

if TYPE_CHECKING:
    from uuid import UUID

# The test numbers that the networks and gateways publish.
CARDS = [
    "4242424242424242",
    "4111111111111111",
    "4000056655665556",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "6555900000604105",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
]


BODIES = r"([3-6][0-9]|2[3-6])[0-9]{10,16}"


def luhn_sum(digits: str) -> int:
    return sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(reversed(digits)))


def with_check_digit(body: str) -> str:
    return next(body + check for check in "0123456789" if luhn_sum(body + check) % 10 == 0)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "text",
    [
        "{card}",
        "order {card}",
        "card:{card}, thanks",
        "x{card}y",
        "{grouped}",
        "{dashed}",
        "pay {grouped} 12/27 123",
        "12 {grouped}",
        "2026-03-02 {card}",
        "{dotted}",
        "{wide}",
        "{nonbreaking}",
        "{arabic}",
    ],
)
def test_a_card_number_is_seen(card: str, text: str) -> None:
    groups = [card[i : i + 4] for i in range(0, len(card), 4)]
    shown = text.format(
        card=card,
        grouped=" ".join(groups),
        dashed="-".join(groups),
        dotted=".".join(groups),
        wide="".join(chr(0xFF10 + int(c)) for c in card),
        nonbreaking="\N{NO-BREAK SPACE}".join(groups),
        arabic="".join(chr(0x0660 + int(c)) for c in card),
    )
    assert holds_card_number(shown)
    with pytest.raises(Invalid, match="card number") as refusal:
        clean_text(shown, ("reference",))
    assert card not in refusal.value.message


@pytest.mark.parametrize(
    "between", ["  ", "\t", "_", ":", " - ", "\N{EN DASH}", "\N{MIDDLE DOT}", "\N{ZERO WIDTH SPACE}"]
)
@pytest.mark.parametrize("groups", [("4242",) * 4, ("1234", *("4242",) * 4), ("3782", "822463", "10005")])
def test_the_groups_that_a_card_prints_are_seen_whatever_stands_between(between: str, groups: tuple[str, ...]) -> None:
    assert holds_card_number(between.join(groups))


@given(st.from_regex(BODIES, fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_any_number_with_a_right_check_digit_is_seen(body: str, separator: str) -> None:
    assert holds_card_number(separator.join(with_check_digit(body)))


@given(st.from_regex(BODIES, fullmatch=True), st.integers(1, 9))
def test_a_number_with_a_wrong_check_digit_is_no_card(body: str, wrong: int) -> None:
    card = with_check_digit(body)
    assert not holds_card_number(card[:-1] + str((int(card[-1]) + wrong) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "4242",
        "424242424242",
        "4242424242424241",
        "1" * 16,
        "0000000000000000",
        "9999999999999995",
        "42424242424242424242424242",
        "order 2026-000123",
        "+49 30 123456",
        "pay_01h455vb4pex5vsknk084sn02q",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "2026-03-02T09:00:00Z",
        # These pass the Luhn check, and none is a card: made by chance, by the clock, or by counting.
        "3d255220-9010-4587-818b-f74a5d013acf",
        "refund-3D255220-9010-4587-818B-F74A5D013ACF",
        "3d4242424242424242f0a1b2c3d4e5f60718293a",
        with_check_digit("202603020000012"),
        with_check_digit("174099960000000"),
        "4242 4242\n4242 4242",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert not holds_card_number(text)


def test_a_card_number_in_the_form_of_a_uuid_is_seen() -> None:
    assert holds_card_number("42424242-4242-4242-4242-424242424242")


@given(st.uuids())
def test_a_uuid_is_always_a_good_key(key: UUID) -> None:
    for text in (str(key), f"order-{key}", f"order {str(key).upper()}", f"pay_{key.hex}"):
        assert not holds_card_number(text) or not set(str(key)) & set("abcdef")


@pytest.mark.parametrize("text", ["", " ", " \t ", "\N{NO-BREAK SPACE}", "\u3000"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="must not be empty"):
        clean_text(text, ("name",))


def test_length_is_counted_in_characters() -> None:
    assert clean_text("é" * MAX_TEXT, ("name",)) == "é" * MAX_TEXT
    with pytest.raises(Invalid, match="at most 255 characters; it has 256"):
        clean_text("é" * (MAX_TEXT + 1), ("name",))
    assert clean_text("x" * 500, ("name",), longest=500)


@pytest.mark.parametrize("character", [chr(c) for c in (*range(32), *range(0x7F, 0xA0))])
def test_control_characters_are_refused(character: str) -> None:
    with pytest.raises(Invalid, match=f"U\\+{ord(character):04X}"):
        clean_text(f"a{character}b", ("name",))


@pytest.mark.parametrize("character", ["\n", "\r", "\t"])
def test_lines_may_be_broken_where_several_are_allowed(character: str) -> None:
    text = f"a{character}b"
    assert clean_text(text, ("description",), multiline=True) == text


def test_an_escape_sequence_is_refused_also_over_several_lines() -> None:
    with pytest.raises(Invalid, match=r"U\+001B"):
        clean_text("\x1b[31m", ("description",), multiline=True)


@pytest.mark.parametrize("surrogate", ["\ud800", "a\udc80"])
def test_half_a_surrogate_pair_is_refused(surrogate: str) -> None:
    with pytest.raises(Invalid, match="surrogate"):
        clean_text(surrogate, ("name",))


@given(st.text())
def test_what_is_accepted_is_returned_unchanged_and_can_be_stored(text: str) -> None:
    try:
        cleaned = clean_text(text, ("name",))
    except Invalid:
        return
    assert cleaned is text
    assert "\x00" not in text.encode().decode()


def test_an_optional_text_may_be_left_out_but_not_empty() -> None:
    assert optional_text(None, ("name",)) is None
    with pytest.raises(Invalid):
        optional_text("", ("name",))


def test_a_country_is_two_capital_letters() -> None:
    assert country_code("DE", ("country",)) == "DE"
    for value in ("de", "DEU", "D1", "", "DE\n"):
        with pytest.raises(Invalid) as refusal:
            country_code(value, ("country",))
        assert refusal.value.path == ("country",)
