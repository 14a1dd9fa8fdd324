"""Every address, room by room."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("goldenthread.accounts.urls")),
    path("", include("goldenthread.web.desk.urls")),
]

handler404 = "goldenthread.web.errors.not_found"
handler500 = "goldenthread.web.errors.server_error"
