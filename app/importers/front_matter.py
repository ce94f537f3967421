"""Front matter: the YAML between two lines of dashes at the head of a Markdown file.

It is read as YAML's own tree of nodes, never constructed into Python objects: every value
keeps its line, no value turns into something else (a date stays as it was typed), and
neither tags nor aliases can do harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from app.importers.report import ImportProblem, Severity, UnreadableArticle
from app.rules.markup import without_unseen

if TYPE_CHECKING:
    pass

_FENCE = re.compile(r"---[ \t]*$")
_END = re.compile(r"(---|\.\.\.)[ \t]*$")
_LONGEST = 64_000
_DEEPEST = 20
_MOST_ALIASES = 20
_NULL = frozenset({"", "~", "null", "Null", "NULL"})

Value = str | list[str] | dict[str, str]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of a file's head, by lower-case name; ``body_line`` is where the text begins."""

    values: dict[str, Value]
    lines: dict[str, int]
    body: str
    body_line: int
    remarks: tuple[ImportProblem, ...] = ()

    def one(self, *names: str) -> str:
        """Return the first of these fields that holds a single value, or nothing."""
        for name in names:
            value = self.values.get(name, "")
            if isinstance(value, str) and value.strip():
                return value
        return ""

    def many(self, *names: str) -> tuple[str, ...] | str:
        """Return the first of these fields that holds anything, as a list or as one string."""
        for name in names:
            value = self.values.get(name, "")
            if isinstance(value, list) and value:
                return tuple(value)
            if isinstance(value, str) and value.strip():
                return value
        return ()

    def line(self, *names: str) -> int | None:
        """Return the line of the first of these fields that is there."""
        return next((self.lines[name] for name in names if name in self.lines), None)


def split(name: str, text: str) -> FrontMatter:
    """Read the head of a file and return it with the text that follows.

    Raises ``UnreadableArticle`` with a line for what is missing, broken or unreasonable.
    """
    lines = text.split("\n")
    if not _FENCE.match(lines[0]):
        message = "There is no front matter: the first line must be three dashes."
        raise UnreadableArticle.at(name, 1, message)
    end = next((at for at, line in enumerate(lines[1:], start=1) if _END.match(line)), None)
    if end is None:
        raise UnreadableArticle.at(name, 1, "The front matter that begins here never ends.")
    values, at, remarks = _fields(name, "\n".join(lines[1:end]))
    return FrontMatter(values, at, "\n".join(lines[end + 1 :]), end + 2, tuple(remarks))


def _fields(name: str, source: str) -> tuple[dict[str, Value], dict[str, int], list[ImportProblem]]:
    root = _tree(name, source)
    if not isinstance(root, yaml.MappingNode):
        line = 2 if root is None else root.start_mark.line + 2
        raise UnreadableArticle.at(name, line, "The front matter is not a list of named fields.")
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    remarks: list[ImportProblem] = []
    for key_node, node in root.value:
        key, line = _text(key_node).strip().lower(), key_node.start_mark.line + 2
        if key in values:
            message = f"“{key}” stands here a second time: the last one counts."
            remarks.append(ImportProblem(name, line, message, Severity.CHANGED))
        values[key], lines[key] = _value(node), line
        if _holds_unseen(node):
            message = f"Control characters in “{key}” were left out."
            remarks.append(ImportProblem(name, line, message, Severity.CHANGED))
    return values, lines, remarks


def _tree(name: str, source: str) -> yaml.Node | None:
    """Return YAML as nodes, none of them constructed."""
    if len(source) > _LONGEST:
        raise UnreadableArticle.at(name, 1, f"The front matter is longer than {_LONGEST} letters.")
    try:
        _refuse_bombs(name, source)
        return yaml.compose(source, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else None
        message = f"The front matter is broken YAML: {error.problem or error.context}."
        raise UnreadableArticle.at(name, line, message) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # An escape beyond Unicode's end, such as "\\U00110000", gets past PyYAML's own checks.
        message = "The front matter is broken YAML: an escape stands for no character."
        raise UnreadableArticle.at(name, 2, message) from None


def _refuse_bombs(name: str, source: str) -> None:
    """Refuse nesting and aliases that no article needs, before anything follows them."""
    depth = aliases = 0
    for event in yaml.parse(source, Loader=yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > _DEEPEST or aliases > _MOST_ALIASES:
            what = "nested too deeply" if depth > _DEEPEST else "full of aliases"
            line = event.start_mark.line + 2 if event.start_mark else 2
            raise UnreadableArticle.at(name, line, f"The front matter is {what}.")


def _value(node: yaml.Node) -> Value:
    if isinstance(node, yaml.SequenceNode):
        return [text for item in node.value if (text := _text(item).strip())]
    if isinstance(node, yaml.MappingNode):
        return {_text(key).strip().lower(): _text(value).strip() for key, value in node.value}
    return _text(node)


def _text(node: yaml.Node) -> str:
    """Return a scalar as typed; YAML's null, and anything nested deeper, is nothing."""
    if not isinstance(node, yaml.ScalarNode) or (node.style is None and node.value in _NULL):
        return ""
    return without_unseen(node.value)


def _holds_unseen(node: yaml.Node) -> bool:
    """Whether an escape in quotes stands for a control character; nothing else can."""
    parts = [node, *(node.value if isinstance(node, yaml.SequenceNode) else ())]
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    typed = [str(part.value) for part in parts if isinstance(part, yaml.ScalarNode)]
    return any(without_unseen(each) != each for each in typed)
