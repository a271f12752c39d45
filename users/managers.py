"""User manager for Django's own commands and logins."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q

from core import emails

if TYPE_CHECKING:
    from users.models import User


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a user; without a password only keys can speak for them."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str, **fields: object) -> "User":
        """Create a user who may open the admin site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user who logs in with this e-mail address, in whatever case."""
        found = self.find_by_email(username or "")
        if found is None:
            raise self.model.DoesNotExist
        return found

    def find_by_email(self, email: str, **wanted: object) -> "User | None":
        """Return the user with this address of those that are wanted, or None."""
        written = [Q(email__iexact=spelling) for spelling in sorted(emails.spellings(email))]
        return emails.same(self.filter(reduce(or_, written), **wanted), email=email)
