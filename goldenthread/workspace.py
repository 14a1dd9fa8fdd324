"""Where a workspace keeps its things."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """A folder that holds everything one installation owns."""

    home: Path

    @classmethod
    def from_environment(cls) -> Workspace:
        """The folder named by GOLDENTHREAD_HOME, or ``workspace`` in the current folder."""
        return cls(Path(os.environ.get("GOLDENTHREAD_HOME") or "workspace").expanduser().absolute())

    @property
    def database(self) -> Path:
        return self.home / "goldenthread.sqlite3"

    @property
    def store(self) -> Path:
        """The fact tables; 0700, outside the product's own access rules."""
        return self.home / "store"

    @property
    def uploads(self) -> Path:
        """Files as received, each in a folder of its own with a random name."""
        return self.home / "uploads"

    @property
    def incoming(self) -> Path:
        """One folder per source, where nightly extracts arrive."""
        return self.home / "incoming"

    @property
    def secret_key(self) -> Path:
        return self.home / "secret_key"

    @property
    def audit_key(self) -> Path:
        """Signs the heads of the audit log, unless GOLDENTHREAD_AUDIT_KEY_FILE names another; 0600."""
        return self.home / "audit_key"

    @property
    def audit_heads(self) -> Path:
        """The signed heads of the audit log, a file of JSON lines for each month."""
        return self.home / "audit-heads"

    @property
    def demo_accounts(self) -> Path:
        """The demo's sign-ins; its presence is what makes a workspace a demo."""
        return self.home / "demo-accounts.json"

    @property
    def demo_usernames(self) -> frozenset[str]:
        """Of the accounts the demo made; none elsewhere."""
        if not self.is_demo:
            return frozenset()
        return frozenset(one["username"] for one in json.loads(self.demo_accounts.read_text("utf-8")))

    @property
    def retention(self) -> Path:
        """For how long records are kept here."""
        return self.home / "retention.yaml"

    @property
    def backing_up(self) -> Path:
        """What a backup holds on to while it is written; the next one takes away what a killed one left."""
        return self.home / "backing-up"

    @property
    def restoring(self) -> Workspace:
        """The workspace that a restore fills before it becomes this one."""
        return Workspace(self.home / "restoring")

    @property
    def is_half_restored(self) -> bool:
        """Whether a restore into this folder did not come to its end, or has not yet."""
        return self.restoring.store.exists()

    @property
    def is_demo(self) -> bool:
        return self.demo_accounts.exists()

    @property
    def exists(self) -> bool:
        return self.secret_key.exists()

    def create(self) -> bool:
        """Make the folders and a random secret key; False when the workspace was there already.

        The key is created last and exclusively, so a folder that has one is a finished workspace. No key is
        written where the environment brings one: it would be a second secret that nobody uses.
        """
        made = not self.store.exists()
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.store, self.uploads, self.incoming):
            folder.mkdir(exist_ok=True, mode=0o700)
        if os.environ.get("GOLDENTHREAD_SECRET_KEY") or os.environ.get("GOLDENTHREAD_SECRET_KEY_FILE"):
            return made
        return write_private(self.secret_key, secrets.token_urlsafe(50).encode())


def write_private(file: Path, content: bytes) -> bool:
    """A new file that only its owner can read; False, and nothing is changed, when there is one."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    return True
