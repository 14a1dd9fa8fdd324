"""Secrets that have to be read again are kept sealed: whoever reads the database alone cannot use them."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

Unreadable = InvalidToken
"""Sealed with another key, or not by us."""


def seal(text: str, *, purpose: str) -> str:
    """The text, readable only with the installation's secret key, and only for the same ``purpose``."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for this purpose; Unreadable when the secret key is another one by now."""
    return _box(settings.SECRET_KEY, purpose).decrypt(sealed.encode("ascii")).decode()


@cache
def _box(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"goldenthread {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
