"""YAML as plain text, lists and mappings: no tags, no aliases, no guessing of types."""

from __future__ import annotations

from typing import Any

import yaml

from helpers.export.messages import quoted, shown

LARGEST = 200_000  # characters; a description of a dataset is a page long
NULLS = ("", "~", "null", "Null", "NULL")


class YamlFault(ValueError):
    """The text is no YAML that is accepted here; the message says where and why."""


def read_yaml(text: str) -> Any:
    """Return the content of a YAML text: `str`, `list`, `dict`, or None for nothing.

    Parameters
    ----------
    text
        One document. Every value stays the text that was written: `2023-09-30`, `true` and `007` too.

    Raises
    ------
    YamlFault
        Broken YAML, a tag, an alias, a key that stands twice or is no text, a text that is far too long.

    Examples
    --------
    >>> read_yaml("pilots: [Leuven, 007]")
    {'pilots': ['Leuven', '007']}
    """
    if len(text) > LARGEST:
        raise YamlFault(f"it is longer than {LARGEST:,} characters")
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        return None if node is None else _plain(node, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(
            f"it is no valid YAML{_line(mark)} ({shown(str(error.problem or error.context))})"
        ) from None
    except (RecursionError, yaml.YAMLError) as error:
        reason = (
            "too deeply nested" if isinstance(error, RecursionError) else "signs that YAML does not allow"
        )
        raise YamlFault(f"it is no valid YAML ({reason})") from None
    except (ValueError, OverflowError) as error:
        if isinstance(error, YamlFault):
            raise
        raise YamlFault(f"it is no valid YAML ({shown(str(error))})") from None


def _plain(node: yaml.Node, seen: set[int]) -> Any:
    """Return a node's value; `seen` holds the nodes met before: one that comes again is an alias."""
    if id(node) in seen:
        raise YamlFault(f"an alias (`*name`) is not accepted{_line(node.start_mark)}")
    seen.add(id(node))
    kind = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}[type(node)]
    if node.tag != f"tag:yaml.org,2002:{kind}":
        raise YamlFault(f"a tag ({quoted(node.tag)}) is not accepted{_line(node.start_mark)}")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, seen) for item in node.value]
    return _scalar(str(node.value), plain=getattr(node, "style", None) is None)


def _mapping(node: yaml.MappingNode, seen: set[int]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _plain(key_node, seen)
        if not isinstance(key, str):
            raise YamlFault(f"a key must be text{_line(key_node.start_mark)}")
        if key in content:
            raise YamlFault(f"key {quoted(key)} stands twice{_line(key_node.start_mark)}")
        content[key] = _plain(value_node, seen)
    return content


def _scalar(text: str, *, plain: bool) -> str | None:
    """Return the text, or None for a null that is not in quotes."""
    if plain and text in NULLS:
        return None
    if not text.isascii():
        text.encode("utf-8")  # half of a surrogate pair is a ValueError
    return text


def _line(mark: Any) -> str:
    return "" if mark is None else f", line {mark.line + 1}"
