"""Which addresses answer one who is not signed in. Everything else sends them to sign in, there or not."""

from __future__ import annotations

WALL = "/wall/"
"""Where a wall is: its secret stands in the address, which is written down nowhere."""

PUBLIC = (
    "/public/",
    "/open/",
    "/data.json",
    "/resource/",
    "/api/views/",
    "/api/catalog/",
    "/api/public/",
    "/odata/",
    "/feed/",
    "/embed/",
    "/health",
    "/static/",
    WALL,
)
"""Never look at who is calling: no session is read. Each answer says itself whether it may be cached."""

SIGN_IN = ("/", "/accounts/")
"""Answer both: Home or the form at ``/``, and signing in and out."""

OWN_ACCOUNT = "/accounts/"
"""One's own account, which stays open to one who still has to set up a second factor."""

SESSION = "/accounts/session/"
"""Where a page asks how long its session lasts; the only request that does not prolong it."""

DRAFTS = "/accounts/drafts/"
KEEP_DRAFT = "/accounts/drafts/keep/"
"""What was typed when a session ended, and where a script sends it just before."""


def is_public(path: str) -> bool:
    """Whether the address belongs to the public side."""
    return _stands_in(PUBLIC, path)


def is_wall(path: str) -> bool:
    """Whether a secret stands in the address."""
    return path.startswith(WALL)


def is_sign_in(path: str) -> bool:
    """Whether the address serves signing in."""
    return path == "/" or _stands_in(SIGN_IN[1:], path)


def _stands_in(addresses: tuple[str, ...], path: str) -> bool:
    return any(path.startswith(one) if one.endswith("/") else path == one for one in addresses)
