"""How far long work has come: the share that is done, and what is being done."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
