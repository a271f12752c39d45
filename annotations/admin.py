"""Annotations in the admin site, to look at."""

from django.contrib import admin

from annotations.models import Annotation
from core.admin import ReadOnlyAdmin


@admin.register(Annotation)
class AnnotationAdmin(ReadOnlyAdmin):
    list_display = ["id", "content", "project", "date_marker", "scope", "deleted"]
    list_filter = ["scope", "deleted"]
    search_fields = ["content"]
