"""Users and their personal API keys."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from core.db.cache_versions import invalidates_cache
from core.identifiers import uuid7
from core.models import Model
from users.managers import UserManager
from users.tokens import random_token


def _new_distinct_id() -> str:
    return random_token(size=24)


def _new_key_id() -> str:
    return random_token(size=32)


class Job(models.TextChoices):
    ENGINEERING = "engineering"
    DATA = "data"
    PRODUCT = "product"
    FOUNDER = "founder"
    LEADERSHIP = "leadership"
    MARKETING = "marketing"
    SALES = "sales"
    OTHER = "other"


@invalidates_cache(ignore=("last_login",))
class User(Model, AbstractBaseUser, PermissionsMixin):
    """A person, known by their e-mail address."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    distinct_id = models.CharField(max_length=200, default=_new_distinct_id, unique=True)
    email = models.EmailField(max_length=254, unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    is_email_verified = models.BooleanField(null=True, blank=True)
    hedgehog_config = models.JSONField(null=True, blank=True)
    role_at_organization = models.CharField(
        max_length=64, choices=Job.choices, null=True, blank=True
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    current_organization = models.ForeignKey(
        "tenants.Organization", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    current_project = models.ForeignKey(
        "tenants.Project", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            # Compared as `iexact` compares, so that the look-up has this index.
            models.UniqueConstraint(Upper("email"), name="email_is_taken_once_in_whatever_case")
        ]

    def __str__(self) -> str:
        return self.email


@invalidates_cache(ignore=("last_used_at",))
class PersonalAPIKey(Model):
    """A key that speaks for its user, within its scopes; only its hash is kept."""

    id = models.CharField(primary_key=True, max_length=50, default=_new_key_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="personal_api_keys")
    label = models.CharField(max_length=40)
    mask_value = models.CharField(max_length=11, null=True, editable=False)
    secure_value = models.CharField(max_length=300, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_rolled_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = models.JSONField(default=list)
    # One that is replaced when its command is called with another value.
    is_of_a_command = models.BooleanField(default=False, editable=False)
    scoped_teams = models.JSONField(default=list, blank=True)
    scoped_organizations = models.JSONField(default=list, blank=True)

    # No column: known only to whoever has just made or rolled the key.
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.label} ({self.mask_value})"
