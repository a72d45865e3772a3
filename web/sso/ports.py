"""What single sign-on runs on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from domain.identity.actor import Actor, Realm, system_actor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.requests import Request

    from adapters.oidc.provider import OpenIdProvider
    from domain.identity.permission import StaffRole
    from domain.identity.ports import PeoplePorts
    from domain.identity.sign_in_attempt import SignInAttempt
    from web.sessions import Sessions


class SignInStore(Protocol):
    """Sign-ins under way, and signed statements that must not come twice."""

    async def begin_sign_in(self, attempt: SignInAttempt) -> None:
        """Keep an attempt until its callback."""
        ...

    async def take_sign_in(self, state_hash: bytes) -> SignInAttempt | None:
        """The attempt of a state, for the only time."""
        ...

    async def use_assertion(self, assertion: bytes, expires_at: datetime) -> bool:
        """Note that a signed statement was used; false when it was used before."""
        ...


class Limiter(Protocol):
    """So many a minute for each key."""

    def check(self, key: str) -> float | None:
        """None when this one is within the limit; otherwise the seconds to wait."""
        ...


class AddressOf(Protocol):
    """Where a request comes from, with trusted proxies looked through."""

    def __call__(self, request: Request) -> str: ...  # noqa: D102 - the class says it


def peer_address(request: Request) -> str:
    """The other end of the connection."""
    return "unknown" if request.client is None else request.client.host


@dataclass(frozen=True, slots=True, kw_only=True)
class SsoPorts:
    """Everything that the routes need.

    `providers` has the realms that can sign in. `public_url` has no slash at its end. `staff_groups` says which role a
    group of the staff's provider gives. `address_limit` counts requests by address, `account_limit` sign-ins by person.
    """

    people: PeoplePorts
    store: SignInStore
    sessions: Sessions
    providers: Mapping[Realm, OpenIdProvider]
    public_url: str
    address_limit: Limiter
    account_limit: Limiter
    staff_groups: Mapping[str, StaffRole] = field(default_factory=dict)
    address_of: AddressOf = peer_address

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.public_url.startswith("https:")


def sign_on_actor(address: str) -> Actor:
    """Paydesk itself, on behalf of somebody who is nobody yet."""
    return replace(system_actor("sign-on"), address=address)
