"""Who signs in."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

LONGEST_SUBJECT = 255


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, *, name: str, password: str | None = None, email: str = ""
    ) -> "User":
        """A new user; without a password the account cannot sign in with one."""
        user = self.model(username=username, name=name, email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who can sign in. What they may do is decided in record/access, never here.

    Django's permission tables, groups and superuser flag are left out on purpose: a second source of rights
    beside grants and posts would be one too many to check.
    """

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    password_is_short = models.BooleanField(default=False)
    """Whether it is long enough only beside a second factor."""
    session_epoch = models.PositiveIntegerField(default=0)
    """Counts how often every session of the account was ended."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must still match: a new password or a new epoch ends it on its next request, and so
        does leaving single sign-on as the only door, for it may have begun by another."""
        stands_for = f"{self.password} {self.session_epoch} {settings.SINGLE_SIGN_ON_ONLY}"
        return salted_hmac("goldenthread.session", stands_for, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class SignOn(models.Model):
    """Whom an identity provider names when this account signs in: nobody else can be told apart by more than
    issuer and subject."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ons")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=LONGEST_SUBJECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="sign_on_of_one_account")]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"


class Invitation(models.Model):
    """A link that lets somebody begin to sign in to an account, once and not for long. It goes when it
    is used; until then only its digest is kept, so that whoever reads the table cannot use it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Invitation {self.pk} for {self.user_id}"


class Draft(models.Model):
    """What somebody was typing when their session ended: who, for which address, and the fields sealed."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    address = models.CharField(max_length=500)
    fields = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="draft_of_an_address")]

    def __str__(self) -> str:
        return f"{self.address} by {self.user_id}"
