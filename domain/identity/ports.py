"""What identity needs from outside: stores, an audit trail, and a maker of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit, Units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor, Realm
    from domain.identity.api_client import ApiClient
    from domain.identity.invitation import Invitation
    from domain.identity.membership import Membership
    from domain.identity.session import Session
    from domain.identity.signing_key import SigningKey
    from domain.identity.user import User
    from domain.kernel.clock import Clock
    from domain.kernel.events import JsonValue


class Users(Protocol):
    """People. What is loaded stays locked until the unit ends."""

    async def by_identity(self, realm: Realm, issuer: str, subject: str) -> User | None:
        """The person that the provider's identity belongs to."""
        ...

    async def by_email(self, realm: Realm, email: str) -> User | None:
        """The person of an address in lower case, linked or not."""
        ...

    async def add(self, user: User) -> None:
        """Keep a new person; raise `Contention` when someone else was quicker with the address or the identity."""
        ...

    async def save(self, user: User) -> None:
        """Keep what changed; raise `Contention` when the address now belongs to another."""
        ...


class Memberships(Protocol):
    """Who belongs where."""

    async def of_user(self, user_id: UUID) -> list[Membership]:
        """All memberships of a person that the unit's actor can see."""
        ...

    async def put(self, membership: Membership) -> None:
        """Keep it; where the person belongs already, only the role changes."""
        ...


class Invitations(Protocol):
    """Invitations of both realms. What is loaded stays locked until the unit ends."""

    async def pending(self, realm: Realm, email: str) -> list[Invitation]:
        """Those to an address that nobody has decided, expired or not."""
        ...

    async def add(self, invitation: Invitation) -> None:
        """Keep a new one; raise `NotFound` for a merchant that does not exist, `Contention` for a pending twin."""
        ...

    async def save(self, invitation: Invitation) -> None:
        """Keep its new status."""
        ...


class Sessions(Protocol):
    """Signed-in browsers. What is loaded stays locked until the unit ends."""

    async def get(self, session_id: UUID) -> Session | None:
        """One by its id."""
        ...

    async def by_token(self, token_hash: bytes) -> Session | None:
        """One by the SHA-256 of its token."""
        ...

    async def of_provider(self, issuer: str, provider_sid: str) -> list[Session]:
        """Those that are not ended and belong to a session of the provider (back-channel logout by `sid`)."""
        ...

    async def of_user(self, user_id: UUID) -> list[Session]:
        """Those of a person that are not ended (back-channel logout by `sub`)."""
        ...

    async def add(self, session: Session) -> None:
        """Keep a new one."""
        ...

    async def save(self, session: Session) -> None:
        """Keep when it was seen and when it ended."""
        ...


class ApiClients(Protocol):
    """Machines. What is loaded stays locked until the unit ends."""

    async def get(self, client_id: UUID) -> ApiClient | None:
        """One by its id, if the unit's actor can see it."""
        ...

    async def add(self, client: ApiClient) -> None:
        """Keep a new one; raise `NotFound` for a merchant that does not exist."""
        ...

    async def save(self, client: ApiClient) -> None:
        """Keep its new status and credentials."""
        ...


class SigningKeys(Protocol):
    """Keys of the authorization server. Loading them locks out every other rotation until the unit ends."""

    async def published(self, now: datetime) -> list[SigningKey]:
        """Those that are not retired, newest first."""
        ...

    async def add(self, key: SigningKey) -> None:
        """Keep a new one."""
        ...

    async def save(self, key: SigningKey) -> None:
        """Keep when it retires."""
        ...


class KeyMaker(Protocol):
    """Makes key pairs and seals their private half."""

    def make(self, key_id: UUID, created_at: datetime, not_before: datetime) -> SigningKey:
        """A fresh ES256 key pair."""
        ...


class Audit(Protocol):
    """The audit trail, in the transaction of what it tells."""

    async def record(
        self,
        actor: Actor,
        action: str,
        subject_type: str,
        subject_id: UUID | None,
        merchant_id: UUID | None,
        data: Mapping[str, JsonValue],
    ) -> None:
        """Who did what to which object; `merchant_id` is None for what concerns no merchant."""
        ...


class PeopleUnit(Unit, Protocol):
    """A transaction about people."""

    @property
    def users(self) -> Users: ...  # noqa: D102 - named as its type
    @property
    def memberships(self) -> Memberships: ...  # noqa: D102
    @property
    def invitations(self) -> Invitations: ...  # noqa: D102
    @property
    def sessions(self) -> Sessions: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


class ClientsUnit(Unit, Protocol):
    """A transaction about machines."""

    @property
    def api_clients(self) -> ApiClients: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


class KeysUnit(Unit, Protocol):
    """A transaction about signing keys."""

    @property
    def signing_keys(self) -> SigningKeys: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


class PeoplePorts(Protocol):
    """What verbs about people run on."""

    @property
    def units(self) -> Units[Actor, PeopleUnit]: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102


class ClientPorts(Protocol):
    """What verbs about machines run on."""

    @property
    def units(self) -> Units[Actor, ClientsUnit]: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102


class KeyPorts(Protocol):
    """What the rotation of keys runs on."""

    @property
    def units(self) -> Units[Actor, KeysUnit]: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def key_maker(self) -> KeyMaker: ...  # noqa: D102
