"""Notes in the session when its user logged in."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from users.logins import note_login


@receiver(user_logged_in)
def remember_the_time(*, request: HttpRequest, **kwargs: object) -> None:
    """Note in the session when its user logged in."""
    note_login(request.session, now=timezone.now())
