"""The load generator's reader of responses: lengths, chunks, and whatever pieces the network makes of them."""

from __future__ import annotations

import pytest

from bench.load import AnswerReader, post_json

LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nx-a: b\r\n\r\n" + b'{"a": 12}'
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b'4\r\n{"a"\r\nB;x=y\r\n: "\r\n0\r\n\r\n"\r\n1\r\n}\r\n0\r\n\r\n'
)


@pytest.mark.parametrize("answer", [LONG, CHUNKED])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_answers_are_whole_in_whatever_pieces_they_come(answer: bytes, size: int) -> None:
    reader = AnswerReader()
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    for _ in range(2):
        assert [reader.feed(piece) for piece in pieces] == [None] * (len(pieces) - 1) + [answer]


def test_a_request_says_how_long_its_body_is() -> None:
    head, _, body = post_json(80, "/graphql", {"query": "{ä}"}, {"authorization": "Bearer t"}).partition("\r\n\r\n")
    assert head.startswith("POST /graphql HTTP/1.1\r\n")
    assert f"content-length: {len(body.encode())}" in head
    assert "authorization: Bearer t" in head
