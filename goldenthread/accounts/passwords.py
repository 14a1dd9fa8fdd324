"""What a password must be: long, and not known to everybody. No rules about its signs, and no end date: both
make worse passwords (NIST SP 800-63B, 3.1.1)."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from goldenthread.accounts.models import User
from goldenthread.accounts.rules import PASSWORD_ALONE, PASSWORD_WITH_SECOND_FACTOR


def least_length(user: User | None) -> int:
    """How many characters the password of ``user`` has at least."""
    has_second = user is not None and user.pk is not None and is_mfa_enabled(user)
    return PASSWORD_WITH_SECOND_FACTOR if has_second else PASSWORD_ALONE


class LengthValidator:
    """Fifteen characters, or eight for one who also has a second factor."""

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError when the password is too short."""
        least = least_length(user)
        if len(password) < least:
            raise ValidationError(
                _("The password has %(found)s characters; wanted at least %(least)s.")
                % {"found": len(password), "least": least},
                code="password_too_short",
            )

    def get_help_text(self) -> str:
        """The rule, in a sentence."""
        return _("At least %(alone)s characters, or %(with_second)s when you have a second factor.") % {
            "alone": PASSWORD_ALONE,
            "with_second": PASSWORD_WITH_SECOND_FACTOR,
        }
