"""Preferences that clients store for a user."""

from django.db import models

from core.models import Model


def _default_columns() -> dict[str, str]:
    return {"active": "DEFAULT"}


class Preferences(Model):
    """What a user likes in their clients; without a row, the defaults."""

    class ToolbarMode(models.TextChoices):
        DISABLED = "disabled"
        TOOLBAR = "toolbar"

    class ThemeMode(models.TextChoices):
        LIGHT = "light"
        DARK = "dark"
        SYSTEM = "system"

    class ShortcutPosition(models.TextChoices):
        ABOVE = "above"
        BELOW = "below"
        HIDDEN = "hidden"

    user = models.OneToOneField(
        "users.User", on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    notification_settings = models.JSONField(default=dict)
    anonymize_data = models.BooleanField(default=False)
    toolbar_mode = models.CharField(
        max_length=200, choices=ToolbarMode.choices, default=ToolbarMode.TOOLBAR
    )
    events_column_config = models.JSONField(default=_default_columns)
    has_seen_product_intro_for = models.JSONField(null=True)
    theme_mode = models.CharField(max_length=20, choices=ThemeMode.choices, null=True)
    allow_sidebar_suggestions = models.BooleanField(null=True)
    shortcut_position = models.CharField(max_length=20, choices=ShortcutPosition.choices, null=True)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"Preferences of {self.user}"
