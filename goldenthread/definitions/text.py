"""YAML in and out, remembering the line on which each value stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from goldenthread.definitions.problems import DefinitionError, Problem

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Located:
    """A plain value (dict, list, text, number, date, bool, None) and the lines its parts came from.

    ``lines`` maps a path such as ``("columns", "wait", "type")`` to a 1-based line; it is empty for values
    that never stood in a file, such as what a form posted.
    """

    value: Any
    file: str = ""
    lines: dict[Place, int] = field(default_factory=dict)

    def line_of(self, path: Place) -> int | None:
        """The line of ``path``, or of the nearest enclosing part that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


class _Loader(yaml.SafeLoader):
    """The safe loader, without YAML 1.1's yes/no/on/off booleans: a language column may say ``no``; and
    without its numbers to the base of sixty: 12:30 is a time of day, and would be 750.

    Without aliases too: nine short lines of them stand for more values than any machine holds."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]
            found = f"the alias *{alias.anchor}, which stands for another part of the text"
            raise _NoAlias(None, None, found, alias.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


class _NoAlias(yaml.MarkedYAMLError):
    """The text points at itself."""


_CLOCK = ("tag:yaml.org,2002:str", re.compile(r"^[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?$"))
_Loader.yaml_implicit_resolvers = {
    first: [_CLOCK, *((tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_yaml(source: Path | str, *, file: str = "") -> Located:
    """Read one YAML document from a path or from text.

    Raises DefinitionError when the text is not YAML, repeats a key, has aliases, or holds more than one
    document.
    """
    if isinstance(source, Path):
        name = file or str(source)
        try:
            text = source.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise DefinitionError(
                [Problem(name, None, "", f"a byte that is not UTF-8 at position {error.start}", "UTF-8 text")]
            ) from error
    else:
        name, text = file, source
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found = f"the control character #x{ord(text[error.position]):04x}"
        raise DefinitionError([Problem(name, line, "", found, "text without control characters")]) from error
    try:
        node = loader.get_single_node()
        if node is None:
            return Located(None, name, {(): 1})
        lines: dict[Place, int] = {}
        problems: list[Problem] = []
        _note_lines(node, (), lines, problems, name, loader)
        if problems:
            raise DefinitionError(problems)
        return Located(loader.construct_document(node), name, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wanted = "the part itself, written out" if isinstance(error, _NoAlias) else "valid YAML"
        raise DefinitionError(
            [Problem(name, mark.line + 1 if mark else None, "", str(error.problem), wanted)]
        ) from error
    except RecursionError as error:
        found = "lists or mappings inside each other without end"
        raise DefinitionError([Problem(name, None, "", found, "a few levels at most")]) from error
    except yaml.YAMLError as error:
        raise DefinitionError([Problem(name, None, "", str(error), "valid YAML")]) from error
    except ValueError as error:
        # PyYAML constructs dates eagerly: 2026-02-30 raises here, without a mark.
        raise DefinitionError([Problem(name, None, "", str(error), "a date that exists")]) from error
    finally:
        loader.dispose()


def _note_lines(
    node: yaml.Node,
    path: Place,
    lines: dict[Place, int],
    problems: list[Problem],
    file: str,
    loader: _Loader,
) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[Any] = set()
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str | int):
                key = str(key)
            if key in seen:
                problems.append(
                    Problem(file, line, ".".join(map(str, path)), f"“{key}” a second time", "each key once")
                )
            seen.add(key)
            lines[(*path, key)] = line
            _note_lines(value_node, (*path, key), lines, problems, file, loader)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines, problems, file, loader)


class _Dumper(yaml.SafeDumper):
    """Block style with indented lists, the way a person would write it."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump_yaml(data: Any) -> str:
    """Plain data as YAML that ``read_yaml`` reads back to the same value; keys keep their order."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
