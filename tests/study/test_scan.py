"""The scan: the line of every header, key and item, for whatever a TOML parser accepts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regio.study.scan import scan

WORDS = st.text("abcxyz019_-", min_size=1, max_size=5)
QUOTED = st.text("ab.# =[]{}“，数\\'", min_size=1, max_size=5).map(lambda s: '"' + s.replace("\\", "\\\\") + '"')
KEYS = st.one_of(WORDS, QUOTED)
TEXTS = st.text("ab“”，＝[]{}#= 数\n'\\", max_size=12)
VALUES = st.one_of(
    st.sampled_from(["1", "true", "1.5", "[]", "{}", '["a", "]"]', "[\n 1, # ]\n 2,\n]", '{ a = "}" }', "[ {a = 1},\n\n {b = [2]}, ]", '[\n  """]\n""",\n]']),
    TEXTS.map(lambda s: '"' + s.replace("\\", "\\\\").replace("\n", "\\n") + '"'),
    TEXTS.map(lambda s: '"""' + s.replace("\\", "\\\\") + '"""'),
    TEXTS.filter(lambda s: "'" not in s and "\n" not in s).map(lambda s: f"'{s}'"),
    TEXTS.filter(lambda s: "'''" not in s and not s.endswith("'")).map(lambda s: f"'''{s}'''"),
    st.sampled_from(['"""a"""" ', '"""a""""" ', "'''a''''", '""', "''", '""""""']),
)
COMMENTS = st.sampled_from(["", "  # “注释” ]]", ' # "', " # '''", ' # """ ['])
LINES = st.tuples(KEYS, VALUES, COMMENTS)
TABLES = st.tuples(KEYS, st.booleans(), st.lists(LINES, max_size=4, unique_by=lambda line: line[0].strip('"')), st.sampled_from(["", "\n", "# [x]\n"]))


def unquoted(key: str) -> str:
    return str(next(iter(tomllib.loads(f"{key} = 1"))))


def assembled(tables: list[Any]) -> tuple[str, dict[tuple[str | int, ...], int]]:
    """A TOML text, and the line of every header and key, counted while it is written."""
    text, lines, count = "", {}, dict[str, int]()
    kinds = {unquoted(name): many for name, many, _, _ in reversed(tables)}
    for name, _, pairs, gap in tables:
        key, many = unquoted(name), kinds[unquoted(name)]
        if not many and key in count:
            continue
        count[key] = count.get(key, -1) + 1
        path = (key, count[key]) if many else (key,)
        lines[path] = text.count("\n") + 1
        text += f"[[ {name} ]] # “\n" if many else f"[{name}]\n"
        for word, value, comment in pairs:
            lines[(*path, unquoted(word))] = text.count("\n") + 1
            text += f"{word} = {value}{comment}\n"
        text += gap
    return text, lines


@settings(max_examples=150)
@given(st.lists(TABLES, min_size=1, max_size=5))
def test_every_key_of_a_valid_file_has_its_line_and_nothing_is_blamed(tables: list[Any]) -> None:
    text, lines = assembled(tables)
    tomllib.loads(text)
    found = scan(text, "f")
    assert found.problems == []
    assert lines == {path: line for path, line in found.lines.items() if path in lines}
    assert set(paths(tomllib.loads(text))) <= set(found.lines)


def paths(raw: dict[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """Tables, arrays of tables written with headers, and their keys."""
    for name, value in raw.items():
        for path, table in [((name, i), item) for i, item in enumerate(value)] if isinstance(value, list) else [((name,), value)]:
            yield path
            yield from ((*path, key) for key in table)


def test_items_of_an_array_over_several_lines() -> None:
    text = """\
[report]
languages = ["en", "zh"]   # [
exhibits = [
  { show = "a" }, { show = "b" },

  # { show = "no" }
  { show = ["c",
            "{d"], title = { en = "x" } },
]
after = 1
"""
    found = scan(text, "f").lines
    assert {path[2]: line for path, line in found.items() if len(path) == 3} == {0: 4, 1: 4, 2: 7}
    assert found[("report", "after")] == 10


def test_tables_inside_the_items_of_an_array() -> None:
    text = '[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\n[a.c]\ny = 2\n[[a]]\n[[a.b]]\nz.w."v.u" = 3\n'
    assert scan(text, "f").lines == {
        ("a", 0): 1,
        ("a", 0, "b", 0): 2,
        ("a", 0, "b", 0, "x"): 3,
        ("a", 0, "b", 1): 4,
        ("a", 0, "c"): 5,
        ("a", 0, "c", "y"): 6,
        ("a", 1): 7,
        ("a", 1, "b", 0): 8,
        ("a", 1, "b", 0, "z", "w", "v.u"): 9,
    }


def test_the_line_of_what_has_none_is_that_of_the_nearest_table() -> None:
    found = scan('[[step]]\nname = "s"\n', "study.toml")
    assert (found.line(("step", 0, "name")), found.line(("step", 0, "kind", 3)), found.line(("none",))) == (2, 1, 0)
    assert (found.where(("step", 0, "x")).file, found.where(("step", 0, "x")).line) == ("study.toml", 1)
