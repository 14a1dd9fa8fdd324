"""Files from forms: streamed into the workspace, only where a view takes them, and only up to the limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from goldenthread.web.rate_limits import Costly, counts

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """The view takes files. A form that sends one anywhere else is cut off before a byte is kept."""
    view._takes_files = True  # type: ignore[attr-defined]
    return counts(Costly.UPLOADS, only_sent=True)(view)


def refused_upload(request: HttpRequest) -> str:
    """Why a file of this request was not taken, in a sentence; empty when all were."""
    return getattr(request, "_refused_upload", "")


class WorkspaceUploadHandler(TemporaryFileUploadHandler):
    """Writes into ``FILE_UPLOAD_TEMP_DIR`` under a random name, so that no file is ever held in memory."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        match = self._request.resolver_match
        if match is None or not getattr(match.func, "_takes_files", False):
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece that begins at byte ``start`` of the file; a file too large ends the upload."""
        if start + len(raw_data) > settings.LARGEST_UPLOAD:
            self._refuse(
                _(
                    "The file is larger than the %(megabytes)s MB a page takes. Put it into the folder of "
                    "its source, or load it with: goldenthread import SOURCE FILE"
                )
                % {"megabytes": f"{settings.LARGEST_UPLOAD // 1_000_000:,}"}
            )
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._refuse(
                _("The file could not be kept: %(why)s. Nothing has changed; tell whoever runs the server.")
                % {"why": error.strerror}
            )

    @property
    def _request(self) -> HttpRequest:
        assert self.request is not None
        return self.request

    def _refuse(self, sentence: str) -> None:
        self._request._refused_upload = sentence  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=False)
