"""What is worked out once for the same values.

Only for functions that nothing but their arguments and the language decides: what is kept can then never be
stale, and never be of another viewer. docs/adr/0008 says when the house keeps results.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import get_language

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def kept(most: int) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Keep the ``most`` answers that were asked for last, for each language by itself."""

    def keep(answer: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @lru_cache(maxsize=most)
        def in_language(_language: str | None, *given: Any, **named: Any) -> Answer:
            return answer(*given, **named)

        @wraps(answer)
        def ask(*given: Given.args, **named: Given.kwargs) -> Answer:
            return in_language(get_language(), *given, **named)  # type: ignore[arg-type]

        return ask

    return keep
