"""Runs a pydantic model over located data and turns its errors into sentences."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from goldenthread.definitions.problems import DefinitionError, Problem
from goldenthread.definitions.text import Located


class Definition(BaseModel):
    """The base of every shape: immutable, and a key it does not know is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("some words")
    return text.strip()


Words = Annotated[str, AfterValidator(_words)]
"""A text that says something."""
Shape = TypeVar("Shape", bound=BaseModel)


def check(shape: type[Shape], located: Located) -> Shape:
    """The value as ``shape``; raises DefinitionError with every problem, each with file, line and place."""
    try:
        return shape.model_validate(located.value)
    except ValidationError as error:
        problems = [_problem(shape, detail, located) for detail in error.errors()]
        raise DefinitionError(sorted(set(problems), key=lambda one: (one.line or 0, one.where))) from error


def one_of(choices: Iterable[str], found: str | None = None) -> str:
    """“one of a, b, c”, led by the nearest choice when what was found looks like a slip."""
    names = list(choices)
    near = difflib.get_close_matches(found, names, n=1) if found else []
    listing = ", ".join(names)
    return f"“{near[0]}”, or another of: {listing}" if near else f"one of: {listing}"


_WANTED = {
    "missing": "this key, which is required",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a date such as 2026-07-01",
    "date_parsing": "a date such as 2026-07-01",
    "date_from_datetime_parsing": "a date such as 2026-07-01",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def _problem(shape: type[BaseModel], detail: ErrorDetails, located: Located) -> Problem:
    path = _data_path(located.value, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    found = _shown(detail["input"])
    if kind == "missing":
        path, found = detail["loc"], "nothing"
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        known = _keys_at(shape, detail["loc"][:-1])
        found, wanted = f"the key “{key}”", one_of(known, key) if known else "no such key"
    elif kind in ("literal_error", "enum"):
        wanted = one_of(_choices(str(context["expected"])), str(detail["input"]))
    elif kind in ("value_error", "assertion_error"):
        wanted = str(context["error"])
    elif kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = next(iter(context.values()))
        words = {
            "greater_than": "more than",
            "greater_than_equal": "at least",
            "less_than": "less than",
            "less_than_equal": "at most",
        }
        wanted = f"{words[kind]} {limit}"
    elif kind == "string_pattern_mismatch":
        wanted = "lowercase letters, digits and underscores, starting with a letter"
    elif kind in ("too_short", "string_too_short"):
        wanted = "at least one entry"
    else:
        wanted = _WANTED.get(kind) or detail["msg"][0].lower() + detail["msg"][1:]
    return Problem(located.file, located.line_of(path), ".".join(map(str, path)), found, wanted)


def _data_path(value: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps of a pydantic location that are keys of the data; names of a union's branches drop out."""
    path: list[str | int] = []
    for step in loc:
        is_key = isinstance(value, dict) and step in value
        is_index = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if is_key or is_index:
            value = value[step]
            path.append(step)
    return tuple(path)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else repr(value)
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"


def _choices(expected: str) -> list[str]:
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(", ")]


def _keys_at(shape: object, place: Sequence[str | int]) -> list[str]:
    """The keys a mapping may have at ``place`` of ``shape``; none where any key may stand."""
    shapes = [shape]
    for step in place:
        shapes = [inner for one in shapes for inner in _inside(one, step)]
    fields = [one.model_fields for one in shapes if _is_model(one)]
    return [info.alias or name for known in fields for name, info in known.items()]


def _inside(shape: object, step: str | int) -> list[object]:
    """What stands at one key or index of a shape; nothing when it has no such key."""
    if _is_model(shape):
        named = (info for name, info in shape.model_fields.items() if step in (name, info.alias))
        return [part for info in named for part in _parts(info.annotation)]
    # A mapping's values are its last argument, a list's or tuple's items its first.
    arguments = get_args(shape)
    if isinstance(step, int) and arguments:
        return _parts(arguments[0])
    return _parts(arguments[-1]) if get_origin(shape) is dict else []


def _parts(annotation: object) -> list[object]:
    """The members of a union; anything else is its own only part."""
    if get_origin(annotation) in (Union, UnionType):
        return [part for member in get_args(annotation) for part in _parts(member)]
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    return [annotation]


def _is_model(shape: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(shape, type) and issubclass(shape, BaseModel)
