"""Opens a file to see whether it holds anything active; a program of its own, since files may be made to break it.

It reads the content from its input, and writes a verdict as JSON. Whatever becomes of it, only it is harmed: it may
take so much memory and time, and write no files.
"""

from __future__ import annotations

import json
import sys
import warnings
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

_MEMORY_BYTES = 1024**3
_CPU_SECONDS = 20
_MOST_PIXELS = 100_000_000
_MOST_VALUES = 2_000_000
# What makes a reader do something, or hides a file within the file (ISO 32000-2, 12.6.4 and 7.11.4).
_ACTIVE = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/GoToE",
        "/ImportData",
        "/SubmitForm",
        "/RichMedia",
        "/RichMediaContent",
        "/XFA",
    }
)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - only where there is one
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def examine(content: bytes, content_type: str) -> dict[str, Any]:
    """`kind`, and `found` or `pages`: the fields of a verdict."""
    try:
        return _document(content) if content_type == "application/pdf" else _image(content, content_type)
    except Exception as error:  # noqa: BLE001 - whatever a parser raises, the file is not fit to be read
        return {"kind": "UNREADABLE", "found": type(error).__name__}


def _document(content: bytes) -> dict[str, Any]:
    with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
        if pdf.is_encrypted:
            return {"kind": "UNREADABLE", "found": "encrypted"}
        if (found := _active(pdf)) is not None:
            return {"kind": "INFECTED", "found": found}
        pages = len(pdf.pages)
    return {"kind": "CLEAN", "pages": pages} if pages else {"kind": "UNREADABLE", "found": "no pages"}


def _active(pdf: pikepdf.Pdf) -> str | None:
    """The first active name among all objects, also those in compressed streams and those written in hexadecimal."""
    waiting: list[Any] = list(pdf.objects)
    for _ in range(_MOST_VALUES):
        if not waiting:
            return None
        value = waiting.pop()
        if isinstance(value, pikepdf.Stream):
            waiting.append(value.stream_dict)
        elif isinstance(value, pikepdf.Dictionary):
            for key, member in value.items():
                if key in _ACTIVE:
                    return key
                waiting.extend(_direct(member))
        elif isinstance(value, pikepdf.Array):
            for member in value:
                waiting.extend(_direct(member))
        elif isinstance(value, pikepdf.Name) and str(value) in _ACTIVE:
            return str(value)
    raise OverflowError


def _direct(member: Any) -> tuple[Any, ...]:  # noqa: ANN401 - numbers and texts come as Python's own
    """What stands here and not elsewhere: the objects have their own turn."""
    return (member,) if isinstance(member, pikepdf.Object) and not member.is_indirect else ()


def _image(content: bytes, content_type: str) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(BytesIO(content), formats=[content_type.removeprefix("image/").upper()]) as image:
        image.load()
    return {"kind": "CLEAN"}


if __name__ == "__main__":
    _limit()
    sys.stdout.write(json.dumps(examine(sys.stdin.buffer.read(), sys.argv[1])))
