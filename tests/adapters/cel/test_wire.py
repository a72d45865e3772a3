"""Protocol Buffers are read as they were written, and nonsense is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cel.wire import bytes_field, fields, fixed64_field, signed, varint_field

numbers = st.integers(1, 2**29 - 1)


@given(st.lists(st.tuples(numbers, st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=300))))
def test_what_was_written_is_read(message: list[tuple[int, int | bytes]]) -> None:
    wire = b"".join(
        varint_field(number, value) if isinstance(value, int) else bytes_field(number, value)
        for number, value in message
    )
    read = [(number, signed(value) if isinstance(value, int) else value) for number, value in fields(wire)]
    assert read == message


def test_the_examples_of_the_specification() -> None:
    assert varint_field(1, 150) == b"\x08\x96\x01"
    assert bytes_field(2, "testing") == b"\x12\x07testing"
    assert len(varint_field(1, -1)) == 11
    assert list(fields(fixed64_field(3, bytes(8)) + b"\x25\x01\x02\x03\x04")) == [
        (3, bytes(8)),
        (4, b"\x01\x02\x03\x04"),
    ]


@pytest.mark.parametrize("wire", [b"\x08", b"\x08\x80", b"\x12\x05abc", b"\x0b", b"\x09\x01", b"\x12"])
def test_a_message_that_breaks_off_is_refused(wire: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|number"):
        list(fields(wire))


@given(st.binary(max_size=40))
def test_any_bytes_are_a_message_or_refused(wire: bytes) -> None:
    try:
        found = list(fields(wire))
    except ValueError:
        return
    assert all(isinstance(value, int | bytes) for _, value in found)
