"""What the secret of a token looks like: ``gt_``, 43 characters that hold 256 random bits, and 6 that check
them.

The prefix lets scanners of code and mail find a token that leaked; the check keeps them from taking other
text for one, and us from looking up what was copied in part.
"""

from __future__ import annotations

import secrets
import string
import zlib

PREFIX = "gt_"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 43, 6
LENGTH = len(PREFIX) + _RANDOM + _CHECK
"""Of a token, in characters."""


def new_secret(prefix: str = PREFIX) -> str:
    """A secret that nobody has had before; with another prefix it is no token."""
    part = "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM))
    return f"{prefix}{part}{_check_of(part)}"


def is_whole(text: str, prefix: str = PREFIX) -> bool:
    """Whether this could be such a secret: all of it is there, as it was made."""
    part = text[len(prefix) : -_CHECK]
    return (
        text.startswith(prefix)
        and len(text) == len(prefix) + _RANDOM + _CHECK
        and text.endswith(_check_of(part))
    )


def _check_of(part: str) -> str:
    """CRC-32 in base 62, as GitHub ends its tokens; it says nothing that the part before it does not."""
    number, digits = zlib.crc32(part.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
