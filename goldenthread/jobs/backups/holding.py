"""What a backup will copy gets a second name, so that it is there whoever deletes the first one meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from goldenthread.jobs.backups.archive import make_private
from goldenthread.workspace import Workspace


class Hold:
    """Files of a workspace under second names, below a folder of the hold's own."""

    def __init__(self, workspace: Workspace) -> None:
        self._home, self.folder = workspace.home, workspace.backing_up
        self.files: dict[str, Path] = {}

    def take(self, files: Iterable[Path]) -> None:
        """Hold these; one that is gone already is left out: nothing that is read needs it."""
        for file in files:
            name = file.relative_to(self._home).as_posix()
            place = self.folder / name
            make_private(place.parent)
            with suppress(FileNotFoundError):
                _second_name(file, place)
                self.files[name] = place

    def let_go(self) -> None:
        """Hold nothing any more."""
        self.files.clear()
        shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700)


@contextmanager
def hold(workspace: Workspace) -> Iterator[Hold]:
    """A hold that lasts as long as the block. One that a killed backup left goes first; whoever calls keeps
    two from meeting."""
    held = Hold(workspace)
    shutil.rmtree(held.folder, ignore_errors=True)
    held.folder.mkdir(mode=0o700)
    try:
        yield held
    finally:
        shutil.rmtree(held.folder, ignore_errors=True)


def _second_name(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except FileNotFoundError:
        raise
    except OSError:
        # Another disk below the workspace, or one that knows no second names.
        shutil.copyfile(file, place)
        place.chmod(0o600)
