"""The start page: what this is, or who you are and what you may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from web.pages.html import Html, html, joined
from web.pages.words import REALMS, in_words, role_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from web.sessions import SignedIn

_DOOR_TEXT = {Realm.STAFF: "Sign in as staff", Realm.MERCHANT: "Sign in as a merchant"}

_WELCOME = """{notice}<h1>Paydesk</h1>
<p>A payments company's back office and its merchants' portal, as one GraphQL API: payments, captures and refunds over
one double-entry ledger.</p>
{doors}
<h2>For programs</h2>
<p>API clients get a token with OAuth2 client credentials and send it to <code>/graphql</code>. The authorization
server describes itself at <a href="/.well-known/oauth-authorization-server">its metadata</a>.</p>"""
_DOORS = """<p class="actions">{links}</p>"""
_DOOR = """<a class="button{kind}" href="/sign-in/{realm}">{text}</a>"""
_NO_DOOR = """<div class="message"><p>Single sign-on is not set up here: set the PAYDESK_STAFF_OIDC or
PAYDESK_MERCHANT_OIDC settings.</p></div>"""
_NOTICE = """<div class="message" role="status"><p>{text}</p></div>
"""

_PERSON = """<h1>Hello, {name}</h1>
<dl>
<dt>E-mail</dt><dd>{email}</dd>
<dt>Signed in as</dt><dd>{realm}</dd>
{roles}
</dl>
<div class="actions">
{graphiql}
<form method="post" action="/sign-out">
<input type="hidden" name="csrf_token" value="{csrf_token}">
<button class="button second" type="submit">Sign out</button>
</form>
</div>
{memberships}
<h2>What you may do</h2>
{permissions}"""
_GRAPHIQL = """<a class="button" href="/graphql">Open GraphiQL</a>"""
_ROLES = """<dt>{label}</dt><dd>{roles}</dd>"""
_MEMBERSHIPS = """<h2>Your merchants</h2>
<div class="card"><table>
<thead><tr><th scope="col">Merchant</th><th scope="col">Your role</th></tr></thead>
<tbody>{rows}</tbody>
</table></div>"""
_MEMBERSHIP = """<tr><td>{merchant}</td><td>{role}</td></tr>"""
_CAN = """<ul class="can">{items}</ul>"""
_CANNOT = """<p>Nothing yet. Ask an administrator for a role.</p>"""


def welcome(realms: Iterable[Realm], notice: str | None = None) -> Html:
    """For somebody who is not signed in; `realms` are those with a provider."""
    links = [
        html(_DOOR, kind=" second" if position else "", realm=realm.value.lower(), text=_DOOR_TEXT[realm])
        for position, realm in enumerate(realms)
    ]
    doors = html(_DOORS, links=joined(links)) if links else Html(_NO_DOOR)
    return html(_WELCOME, notice=Html() if notice is None else html(_NOTICE, text=notice), doors=doors)


def person(signed_in: SignedIn, merchant_names: Mapping[UUID, str], *, graphiql: bool) -> Html:
    """For somebody who is."""
    user = signed_in.user
    roles = ", ".join(sorted(map(role_name, user.roles)))
    permissions = sorted(signed_in.actor.permissions)
    return html(
        _PERSON,
        name=user.name,
        email=user.email or "not known",
        realm=REALMS[user.realm],
        roles=html(_ROLES, label="Role" if len(user.roles) == 1 else "Roles", roles=roles) if roles else Html(),
        csrf_token=signed_in.csrf_token,
        graphiql=Html(_GRAPHIQL) if graphiql else Html(),
        memberships=_memberships(signed_in, merchant_names),
        permissions=html(_CAN, items=joined(html("<li>{text}</li>", text=in_words(p)) for p in permissions))
        if permissions
        else Html(_CANNOT),
    )


def _memberships(signed_in: SignedIn, merchant_names: Mapping[UUID, str]) -> Html:
    if signed_in.realm is not Realm.MERCHANT:
        return Html()
    rows = [
        html(_MEMBERSHIP, merchant=merchant_names.get(m.merchant_id, "A merchant"), role=role_name(m.role))
        for m in signed_in.memberships
    ]
    return html(_MEMBERSHIPS, rows=joined(rows)) if rows else Html()
