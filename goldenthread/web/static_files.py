"""Static files as they stand in the package, with a content hash in the query so that caches can keep
them."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage


class HashedStaticFiles(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        """The address of a file, followed by the first characters of its hash."""
        return f"{super().url(name)}?v={_hash_of(self.path(name or ''))}"


@cache
def _hash_of(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
