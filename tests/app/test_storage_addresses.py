"""Addresses of storages and scanners."""

from __future__ import annotations

import pytest

from app.storage_addresses import read_host_and_port, read_storage_url


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/", "s3://bucket"),
        ("s3://my.bucket/some/prefix/", "s3://my.bucket/some/prefix"),
        ("gs://bucket/prefix", "gs://bucket/prefix"),
        ("az://container/prefix", "az://container/prefix"),
    ],
)
def test_storages(given: str, read: str) -> None:
    assert read_storage_url(given) == read


@pytest.mark.parametrize(
    "given",
    [
        "bucket",
        "s3:",
        "s3://",
        "file:///var",
        "https://bucket.s3.amazonaws.com",
        "s3://key:secret@bucket",
        "s3://b?x=1",
        "s3://[b",
    ],
)
def test_what_is_no_storage(given: str) -> None:
    with pytest.raises(ValueError, match="this") as refused:
        read_storage_url(given)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("given", ["clamd:3310", "10.0.0.7:3310", "[::1]:3310"])
def test_hosts_and_ports(given: str) -> None:
    assert read_host_and_port(given) == given


@pytest.mark.parametrize(
    "given", ["clamd", "clamd:", ":3310", "clamd:0", "clamd:99999", "clamd:x", "tcp://clamd:3310", "u@clamd:1", "a:1/x"]
)
def test_what_is_no_host_and_port(given: str) -> None:
    with pytest.raises(ValueError, match="this"):
        read_host_and_port(given)
