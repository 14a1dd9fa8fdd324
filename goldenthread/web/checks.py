"""A view that does not say who may call it stops the product from starting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from goldenthread.web.access import rule_of
from goldenthread.web.addresses import is_public, is_sign_in


def every_view(
    resolver: URLResolver | None = None, prefix: str = "/"
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each address, with its parameters in angle brackets, and the view that answers there."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_view(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


@register(Tags.security)
def check_every_view(**_: object) -> list[CheckMessage]:
    """An Error for each view without a rule, and for each open view outside the open addresses."""
    found: list[CheckMessage] = []
    for address, view in every_view():
        rule = rule_of(view)
        name = f"{view.__module__}.{getattr(view, '__qualname__', view.__class__.__name__)}"
        if rule is None:
            found.append(
                Error(
                    f"{address} ({name}) does not say who may call it.",
                    hint="Put open_to_all, signed_in or needs(...) of goldenthread.web.access on the view.",
                    id="goldenthread.E001",
                )
            )
        elif rule.open and not (is_public(address) or is_sign_in(address)):
            found.append(
                Error(
                    f"{address} ({name}) is open to all, but its address is not in the open list.",
                    hint="Move it below one of the addresses in goldenthread.web.addresses.",
                    id="goldenthread.E002",
                )
            )
    return found
