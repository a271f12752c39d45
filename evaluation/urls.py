"""Routes that SDKs call, with and without a slash at the end."""

from django.urls import path, re_path

from evaluation import views

urlpatterns = [
    re_path(r"^flags/?$", views.flags),
    re_path(r"^flags/definitions/?$", views.definitions),
    re_path(r"^api/feature_flag/local_evaluation/?$", views.definitions),
    re_path(r"^decide/?$", views.decide),
    re_path(r"^array/(?P<token>[^/]+)/config/?$", views.config),
    path("array/<str:token>/config.js", views.config_script),
]
