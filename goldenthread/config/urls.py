"""Every address, room by room."""

from django.urls import include, path

from goldenthread.web.accounts.invitations import invite

urlpatterns = [
    path("accounts/", include("goldenthread.web.accounts.urls")),
    path("api/", include("goldenthread.web.api.urls")),
    path("invite/", invite, name="invite"),
    path("my-mail/", include("goldenthread.web.mail.urls")),
    path("", include("goldenthread.web.desk.urls")),
]

handler404 = "goldenthread.web.errors.not_found"
handler429 = "goldenthread.web.errors.too_many_attempts"
handler500 = "goldenthread.web.errors.server_error"
