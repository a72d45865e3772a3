"""The wire format of Protocol Buffers, as far as compiled expressions are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_CONTINUES = 0x80
_WIDTHS = {FIXED64: 8, FIXED32: 4}
_SIGN = 1 << 63
_MASK = (1 << 64) - 1

Field: TypeAlias = "tuple[int, int | bytes]"
"""A field's number with its value: a number for what is a varint on the wire, bytes for everything else."""


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message in their order; raise `ValueError` for what is none."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, position = _varint(data, position)
            yield number, value
            continue
        if kind == BYTES:
            size, position = _varint(data, position)
        elif kind in _WIDTHS:
            size = _WIDTHS[kind]
        else:
            message = f"field {number} has the unknown wire type {kind}"
            raise ValueError(message)
        if position + size > len(data):
            message = f"field {number} ends after its message"
            raise ValueError(message)
        yield number, data[position : position + size]
        position += size


def packed(data: bytes) -> Iterator[int]:
    """The numbers of a packed repeated field."""
    position = 0
    while position < len(data):
        value, position = _varint(data, position)
        yield value


def varint_field(number: int, value: int) -> bytes:
    """A field that is a number; a negative one takes ten bytes, as int64 does."""
    return _encoded(number << 3 | VARINT) + _encoded(value & _MASK)


def bytes_field(number: int, value: bytes | str) -> bytes:
    """A field that is a text, bytes or another message."""
    content = value.encode() if isinstance(value, str) else value
    return _encoded(number << 3 | BYTES) + _encoded(len(content)) + content


def fixed64_field(number: int, value: bytes) -> bytes:
    """A field of eight bytes, such as a double."""
    return _encoded(number << 3 | FIXED64) + value


def signed(value: int) -> int:
    """What a varint means as int64."""
    return value - (1 << 64) if value & _SIGN else value


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data):
        byte = data[position]
        position += 1
        value |= (byte & ~_CONTINUES) << shift
        if byte < _CONTINUES:
            return value & _MASK, position
        shift += 7
    message = "a number ends after its message"
    raise ValueError(message)


def _encoded(value: int) -> bytes:
    out = bytearray()
    while value >= _CONTINUES:
        out.append(value & 0x7F | _CONTINUES)
        value >>= 7
    out.append(value)
    return bytes(out)
