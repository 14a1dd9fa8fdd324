"""Headers that every answer has: pages, files, errors, refusals and static files alike."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

_SHUT = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(f"{one}=()" for one in _SHUT)


class HeadersOfEveryAnswer(SecurityMiddleware):
    """Stands before all other middleware. Django's own, which comes later, refuses a strange host and leads
    to HTTPS; what it answers by itself would go out without a header."""

    def process_request(self, request: HttpRequest) -> None:
        """Let everything pass."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The headers of Django's settings, and what a page of ours never asks a browser for."""
        answered = super().process_response(request, response)
        answered.headers.setdefault("Permissions-Policy", PERMISSIONS)
        answered.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return answered
