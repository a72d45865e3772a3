"""Addresses as settings write them, read without ever repeating them: they may hold passwords."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit


def read_http_url(value: str) -> str:
    """The http(s) address without a slash at the end; raise `ValueError` for what is none."""
    return read_issuer(value).rstrip("/")


def read_issuer(value: str) -> str:
    """The http(s) address to the letter: issuers are compared by character (OpenID Connect Discovery 1.0)."""
    parts = _parts(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = "this must be an http or https address"
        raise ValueError(msg)
    if parts.query or parts.fragment or parts.username is not None:
        msg = "this must have no query, fragment or user name"
        raise ValueError(msg)
    return value


def read_postgres_url(value: str) -> str:
    """The PostgreSQL address with the one spelling of its scheme; raise `ValueError` for what is none."""
    if _parts(value).scheme not in {"postgresql", "postgres"}:
        msg = "this must begin with postgresql:// (the driver is ours to choose)"
        raise ValueError(msg)
    return "postgresql" + value[value.index("://") :]


def read_networks(value: object) -> object:
    """The networks of a comma-separated text; raise `ValueError` for what is none."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        msg = "this must be IP networks separated by commas, with no bits set beyond the prefix"
        raise ValueError(msg) from None


def is_protected(url: str) -> bool:
    """Whether nobody on the way can read along: https, or it never leaves this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        # Python's message quotes a piece of the address, which may be of its password.
        msg = "this is not a well-formed address; special characters must be percent-encoded"
        raise ValueError(msg) from None
    return parts
