"""Functions run in processes of their own: a workspace each, and memory that nobody used before."""

from __future__ import annotations

import importlib
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any


def apart(target: str, *, home: Path | None = None, **given: Any) -> Any:
    """What ``module:function`` of this package returns, called with ``given`` in a new process.

    With ``home``, Django is set up there for that workspace first. The module is imported only there.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_call, target, home, given).result()


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works in a workspace: its records are there and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {
        **kept,
        "GOLDENTHREAD_HOME": str(home),
        "GOLDENTHREAD_PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "goldenthread.config.settings",
    }


def _call(target: str, home: Path | None, given: dict[str, Any]) -> Any:
    module, _, function = target.partition(":")
    if home is not None:
        _open(home)
    return getattr(importlib.import_module(f"benchmarks.{module}"), function)(**given)


def _open(home: Path) -> None:
    import django

    from goldenthread.workspace import Workspace

    os.environ.pop("DATABASE_URL", None)
    os.environ.update(environment(home))
    Workspace(home).create()
    django.setup()
