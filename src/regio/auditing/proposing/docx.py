"""A Word document to blocks, in the order of its body."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from regio.auditing.proposing.blocks import Block, Span, raised, table
from regio.contract.finding import DataError, Position, error


def blocks(file: str, raw: bytes) -> tuple[Block, ...]:
    """Paragraphs and tables; text that was struck out by tracked changes is left out."""
    import docx

    try:
        body = docx.Document(BytesIO(raw)).element.body
    except Exception as problem:  # the archive, its parts or its XML: python-docx has no error of its own for all of them
        raise DataError(error("audit_import.broken", Position(file), reason=str(problem) or type(problem).__name__)) from None
    return tuple(_blocks(body))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _blocks(parent: Any) -> Iterator[Block]:
    for element in parent:
        match _tag(element):
            case "p":
                yield Block(text=_paragraph(element))
                for inner in element.iter():
                    if _tag(inner) == "txbxContent" and not any(_tag(a) == "Fallback" for a in inner.iterancestors()):
                        yield from _blocks(inner)
            case "tbl":
                yield from _table(element)
            case "sdt" | "sdtContent" | "ins" | "customXml":
                yield from _blocks(element)


def _paragraph(element: Any) -> str:
    return "".join(_pieces(element)).strip()


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        match _tag(child):
            case "r":
                yield from _run(child)
            case "del" | "moveFrom" | "pPr" | "txbxContent":
                continue
            case "oMath" | "oMathPara":
                yield _formula(child)
            case _:
                yield from _pieces(child)


def _run(run: Any) -> Iterator[str]:
    up = any(_tag(e) == "vertAlign" and _attribute(e, "val") == "superscript" for e in run.iter())
    up = up or any(_tag(e) == "position" and _attribute(e, "val").lstrip("-").isdigit() and int(_attribute(e, "val")) > 3 for e in run.iter())
    hidden = any(_tag(e) == "vanish" and _attribute(e, "val") not in ("0", "false") for e in run.iter())
    parts = []
    for child in run:
        match _tag(child):
            case "t":
                parts.append(child.text or "")
            case "tab":
                parts.append("\t")
            case "br" | "cr":
                parts.append("\n")
            case "noBreakHyphen":
                parts.append("-")
            case "sym":
                parts.append(_symbol(child))
    text = "".join(parts)
    if text and not hidden:
        yield raised(text) if up else text


def _symbol(element: Any) -> str:
    """A character of a symbol font, which Word writes as a number above F000."""
    code = int(_attribute(element, "char") or "20", 16) & 0xFF
    return {0x2A: "*", 0x2D: "−", 0xFC: "√", 0xD6: "√"}.get(code, chr(code))


def _formula(element: Any) -> str:
    parts = []
    for text in element.iter():
        if _tag(text) == "t":
            up = any(_tag(a) == "sup" for a in text.iterancestors())
            parts.append(raised(text.text or "") if up else text.text or "")
    return "".join(parts)


def _table(element: Any) -> Iterator[Block]:
    rows: list[list[str]] = []
    spans: list[Span] = []
    open_: dict[int, int] = {}  # column → row where its vertical merge began
    wide: dict[int, int] = {}
    inner: list[Any] = []
    head = 0
    for i, tr in enumerate(e for e in _rows(element)):
        row = [""] * _offset(tr, "gridBefore")
        if i == head and any(_tag(e) == "tblHeader" and _attribute(e, "val") not in ("0", "false") for e in tr.iter()):
            head += 1
        for tc in _cells(tr):
            left, span = len(row), _offset(tc, "gridSpan") or 1
            merge = next((e for e in tc.iter() if _tag(e) == "vMerge" and e.getparent().getparent() is tc), None)
            if merge is not None and _attribute(merge, "val") != "restart" and left in open_:
                row += [""] * span
                continue
            _close(open_, wide, left, i, spans)
            if merge is not None:
                open_[left], wide[left] = i, span
            elif span > 1:
                spans.append((i, left, i, left + span - 1))
            inner += [e for e in tc if _tag(e) == "tbl"]
            row += ["\n".join(t for p in tc if _tag(p) in ("p", "sdt", "ins") and (t := _paragraph(p))), *([""] * (span - 1))]
        rows.append(row)
    for left in list(open_):
        _close(open_, wide, left, len(rows), spans)
    if any(any(row) for row in rows):
        yield table(rows, spans, head=head)
    for nested in inner:
        yield from _table(nested)


def _close(open_: dict[int, int], wide: dict[int, int], left: int, row: int, spans: list[Span]) -> None:
    if left in open_:
        top = open_.pop(left)
        span = wide.pop(left)
        if row - 1 > top or span > 1:
            spans.append((top, left, row - 1, left + span - 1))


def _rows(parent: Any) -> Iterator[Any]:
    for e in parent:
        if _tag(e) == "tr":
            yield e
        elif _tag(e) in ("sdt", "sdtContent", "ins"):
            yield from _rows(e)


def _cells(parent: Any) -> Iterator[Any]:
    for e in parent:
        if _tag(e) == "tc":
            yield e
        elif _tag(e) in ("sdt", "sdtContent"):
            yield from _cells(e)


def _offset(element: Any, name: str) -> int:
    """A number among the properties of a row or cell."""
    for properties in element:
        if _tag(properties) in ("trPr", "tcPr"):
            for e in properties:
                if _tag(e) == name:
                    return int(_attribute(e, "val") or 0)
    return 0
