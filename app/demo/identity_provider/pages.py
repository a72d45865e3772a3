"""The provider's pages: plain HTML with one style sheet, no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import HTMLResponse

from app.demo.identity_provider.grants import claims_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.demo.identity_provider.config import ClientConfig, IdentityProviderConfig, UserConfig
    from app.demo.identity_provider.interaction import Interaction
    from app.demo.identity_provider.provider_session import ProviderSession

STYLE_SHEET_PATH = "/identity-provider.css"
STYLE_SHEET = (Path(__file__).parent / "identity_provider.css").read_text("utf-8")

BANNER = "Demo identity provider: anyone can read these passwords"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - Demo identity provider</title>
<link rel="stylesheet" href="{style_sheet}">
</head>
<body>
<header class="banner"><p>{banner}</p></header>
<main>
{body}
</main>
</body>
</html>
"""

_SIGN_IN = """<h1>Sign in</h1>
<p>to continue to <strong>{application}</strong></p>
{notice}{error}
<form method="post" action="{action}">
<input type="hidden" name="form_token" value="{form_token}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{email}"{email_attributes}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{password_attributes}>
<div class="actions">
<button type="submit" name="action" value="sign-in">Sign in</button>
<button type="submit" name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>
</div>
</form>
<section aria-labelledby="accounts">
<h2 id="accounts">Demo accounts</h2>
<p>Choose one to fill in its e-mail address. The command that started the demo has printed the passwords.</p>
<table>
<thead><tr><th scope="col">E-mail address</th><th scope="col">Role</th></tr></thead>
<tbody>
{accounts}
</tbody>
</table>
</section>"""

_CONSENT = """<h1>Allow {application} to know who you are?</h1>
<p>You are signed in as <strong>{name}</strong> ({email}). <a href="{other_account}">Use another account</a></p>
<h2 id="learns">What {application} will learn</h2>
<dl aria-labelledby="learns">
{claims}
</dl>
<p>It will not learn your password. Afterwards your browser goes back to <strong>{destination}</strong>.</p>
<form method="post" action="{action}">
<input type="hidden" name="form_token" value="{form_token}">
<div class="actions">
<button type="submit" name="decision" value="allow" autofocus>Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button>
</div>
</form>"""

_LOGOUT = """<h1>Sign out?</h1>
<p>You are signed in as <strong>{name}</strong> ({email}).{asker}</p>
{applications}
<form method="post" action="{action}">
<input type="hidden" name="form_token" value="{form_token}">
{fields}
<div class="actions">
<button type="submit" name="decision" value="sign-out" autofocus>Sign out</button>
<button type="submit" name="decision" value="stay" class="quiet">Stay signed in</button>
</div>
</form>"""

_LABELS = {"sub": "Identifier of your account", "name": "Name", "email": "E-mail address", "groups": "Groups"}


class Pages:
    """Every page that a person can see. All texts are escaped here and nowhere else."""

    def __init__(self, config: IdentityProviderConfig) -> None:
        """Write the pages of that provider."""
        self._config = config

    def sign_in(
        self, interaction: Interaction, *, form_token: str, email: str, error: str, notice: str, status_code: int
    ) -> HTMLResponse:
        """The sign-in form; the focus is where the person goes on typing."""
        client = self._client(interaction.client_id)
        focus, faulty = (" autofocus", ' aria-invalid="true" aria-describedby="error"' if error else "")
        users = (user for user in self._config.users if user.realm == interaction.client_id)
        body = _SIGN_IN.format(
            application=escape(client.display_name),
            notice=f"<p>{escape(notice)}</p>\n" if notice else "",
            error=f'<p id="error" class="error" role="alert">{escape(error)}</p>' if error else "",
            action=escape(f"{self._config.issuer_path}/sign-in/{interaction.id}"),
            form_token=escape(form_token),
            email=escape(email),
            email_attributes=faulty + ("" if email else focus),
            password_attributes=faulty + (focus if email else ""),
            accounts="\n".join(_account_row(user) for user in users),
        )
        title = "Error: Sign in" if error else "Sign in"
        return self._page(title, body, form_origins=client.origins, status_code=status_code)

    def consent(self, interaction: Interaction, user: UserConfig, form_token: str) -> HTMLResponse:
        """What the application will learn, value by value."""
        client = self._client(interaction.client_id)
        redirect_uri = interaction.parameter("redirect_uri")
        body = _CONSENT.format(
            application=escape(client.display_name),
            name=escape(user.name),
            email=escape(user.email),
            other_account=escape(f"{self._config.issuer_path}/sign-in/{interaction.id}"),
            claims="\n".join(_claims(user, interaction.scope)),
            destination=escape("/".join(redirect_uri.split("/")[:3])),
            action=escape(f"{self._config.issuer_path}/consent/{interaction.id}"),
            form_token=escape(form_token),
        )
        return self._page(f"Allow {client.display_name}?", body, form_origins=client.origins)

    def confirm_logout(
        self, session: ProviderSession, *, client: ClientConfig | None, fields: Mapping[str, str], form_token: str
    ) -> HTMLResponse:
        """Whether to sign out here and from the applications of the session."""
        names = [self._client(client_id).display_name for client_id in sorted(session.client_ids)]
        listed = f"<p>Signing out ends your session at: {escape(', '.join(names))}.</p>" if names else ""
        body = _LOGOUT.format(
            name=escape(session.user.name),
            email=escape(session.user.email),
            asker=f" {escape(client.display_name)} asks to sign you out." if client else "",
            applications=listed,
            action=escape(f"{self._config.issuer_path}/logout/confirm"),
            form_token=escape(form_token),
            fields="\n".join(
                f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
            ),
        )
        origins = {origin for known in self._config.clients for origin in known.origins}
        return self._page("Sign out?", body, form_origins=sorted(origins))

    def message(self, heading: str, text: str, status_code: int = 200) -> HTMLResponse:
        """A page that only says something."""
        body = f"<h1>{escape(heading)}</h1>\n<p>{escape(text)}</p>"
        return self._page(heading.rstrip("."), body, status_code=status_code)

    def _client(self, client_id: str) -> ClientConfig:
        return next(client for client in self._config.clients if client.client_id == client_id)

    def _page(self, title: str, body: str, *, form_origins: Iterable[str] = (), status_code: int = 200) -> HTMLResponse:
        html = _PAGE.format(
            title=escape(title), style_sheet=f"{self._config.issuer_path}{STYLE_SHEET_PATH}", banner=BANNER, body=body
        )
        # Chromium applies form-action to every redirect that follows a form, so the application's origin must be there.
        form_action = " ".join(["'self'", *form_origins])
        policy = (
            f"default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        return HTMLResponse(html, status_code, headers)


def _account_row(user: UserConfig) -> str:
    role = user.role or ", ".join(user.groups)
    # A query alone keeps the path of the sign-in page.
    link = f"?email={quote(user.email, safe='')}"
    return f'<tr><td><a href="{escape(link)}">{escape(user.email)}</a></td><td>{escape(role)}</td></tr>'


def _claims(user: UserConfig, scope: str) -> Iterable[str]:
    claims = claims_about(user, scope)
    for name, label in _LABELS.items():
        if name not in claims:
            continue
        value = ", ".join(claims[name]) or "none" if name == "groups" else str(claims[name])
        if name == "email":
            value += " (verified)" if claims["email_verified"] else " (not verified)"
        yield f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>"
