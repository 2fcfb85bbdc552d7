"""The sign-in page: one self-contained HTML document that loads nothing and runs no script."""

import base64
import hashlib
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { display: grid; min-height: 100vh; margin: 0; place-items: center }
main { box-sizing: border-box; max-width: 24rem; padding: 1.5rem; width: 100% }
label { display: block; margin-top: 1rem }
input, button { box-sizing: border-box; font: inherit; padding: .5rem; width: 100% }
button { cursor: pointer; margin-top: 1.5rem }
[role=alert] { border-left: .25rem solid #b3261e; padding-left: .75rem }
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")

# Headers of every page: no script, no frame, nothing from elsewhere, nothing kept.
PAGE_HEADERS: Final = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to the redirect after the form too, and that one leads to
    # the client.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

# The form has no action: it posts to the page's own address, so the authorization request stays in
# the query and nothing of it has to be written into the page.
_FORM: Final = """{alert}<form method="post">
<input type="hidden" name="_csrf" value="{csrf}">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>"""


def sign_in_page(client_name: str, csrf: str, problem: str | None) -> str:
    """
    Write the page that asks for user name and password.

    Args:
        client_name: The app client's name.
        csrf: The value that has to come back with the form.
        problem: Why the last attempt failed; None on the first.

    Returns:
        The HTML document.
    """
    alert = "" if problem is None else f'<p role="alert">{escape(problem)}</p>\n'
    return _PAGE.format(
        title=escape(f"Sign in to {client_name}"),
        style=_STYLE,
        body=_FORM.format(alert=alert, csrf=escape(csrf)),
    )


def problem_page(problem: str) -> str:
    """
    Write the page for a request that can be answered nowhere else.

    Args:
        problem: What is wrong, in fixed words.

    Returns:
        The HTML document.
    """
    return _PAGE.format(
        title="Sign-in is not possible",
        style=_STYLE,
        body=f'<p role="alert">{escape(problem)}</p>',
    )
