"""Blocks of a document to tables with a caption, notes, a head and a body; parts of one table on several pages put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from regio.auditing.proposing.blocks import Block, Span
from regio.auditing.proposing.cells import is_decimal, is_number, is_whole, key, plain, said, words, yes_no
from regio.auditing.proposing.names import CAPTION, CONTINUED, DEPENDENT, NOTE, is_model

LONG = 90  # characters: a longer paragraph before a table is no title of it
NOTES = 4  # paragraphs after a table that may be its notes
PANEL = re.compile(r"^\s*(?:panel|面板|part)\s*([A-Z\d一二三四]+)[\s.:：、)）]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A table of the document. ``heads``: rows of the head, filled over what they span; ``body``: rows of cells as printed; the first column names the rows."""

    label: str
    title: str
    note: str
    heads: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, ...], ...]
    page: int = 0
    parts: int = 1

    @property
    def width(self) -> int:
        return len((*self.body, *self.heads)[0]) if self.body or self.heads else 0

    def head(self, column: int) -> tuple[str, ...]:
        """The texts over a column, from above, each once."""
        return tuple(dict.fromkeys(words(row[column]) for row in self.heads if row[column]))


def tables(blocks: Sequence[Block]) -> tuple[Found, ...]:
    """The tables of a document, in its order."""
    made: list[Found] = []
    for i, block in enumerate(blocks):
        if not block.rows:
            continue
        found = _found(blocks, i)
        if found is None:
            continue
        if made and _goes_on(made[-1], found, block, blocks[:i]):
            made[-1] = _together(made[-1], found)
        else:
            made += _panels(found)
    return tuple(made)


def _found(blocks: Sequence[Block], at: int) -> Found | None:
    block = blocks[at]
    rows, spans = [list(row) for row in block.rows], list(block.spans)
    above, below = _own_sentences(rows, spans)
    label, title = _caption([*_before(blocks, at), *above])
    note = " ".join((*below, *_after(blocks, at)))
    raw = _split(rows, spans)
    rows, spans = _starless(*_cleared(*raw))
    if len(rows) < 1 or not rows[0] or len(rows[0]) < 2:
        return None
    count = _head_count(rows, block.head - len(above) if block.head > len(above) else 0)
    heads = _filled(rows[:count], spans, 0)
    body = _body(rows, spans, count)
    body = tuple(row for row in body if [key(c) for c in row] not in [[key(c) for c in h] for h in heads])
    return Found(label, title, note, tuple(map(tuple, heads)), body, block.page) if body else None


def _own_sentences(rows: list[list[str]], spans: list[Span]) -> tuple[list[str], list[str]]:
    """A caption in the first and notes in the last rows of the table itself: one text over all columns."""
    above: list[str] = []
    below: list[str] = []

    def alone(row: list[str]) -> str:
        texts = [c for c in row if c.strip()]
        return texts[0] if len(set(texts)) == 1 and row[0] == texts[0] else ""

    while len(rows) > 2 and (text := alone(rows[0])) and (CAPTION.match(text) or _over_all(spans, 0, len(rows[0]))) and not PANEL.match(text):
        above.append(words(text))
        del rows[0]
        spans[:] = [(a - 1, b, c - 1, d) for a, b, c, d in spans if c > 0]
    while len(rows) > 2 and (text := alone(rows[-1])) and (NOTE.match(text) or (_over_all(spans, len(rows) - 1, len(rows[-1])) and len(text) > 25)):
        below.insert(0, words(text))
        del rows[-1]
        spans[:] = [s for s in spans if s[0] < len(rows)]
    return above, below


def _over_all(spans: Sequence[Span], row: int, width: int) -> bool:
    return any(s[0] == row and s[1] == 0 and s[3] >= width - 1 for s in spans)


def _before(blocks: Sequence[Block], at: int) -> list[str]:
    """Captions right before a table: in one or two languages; else a short paragraph that is no sentence."""
    texts = []
    for block in reversed(blocks[max(0, at - 6) : at]):
        if block.rows:
            break
        if block.text.strip():
            texts.append(words(block.text))
        if len(texts) == 4:
            break
    captions: list[str] = []
    for text in texts:
        if CAPTION.match(text) and len(text) < 2.5 * LONG:
            captions.insert(0, text)
        elif captions:
            break
    if captions:
        return captions
    first = texts[0] if texts else ""
    return [first] if first and len(first) <= LONG and not re.search(r"[。.;；!?！？:：]$", first) and not NOTE.match(first) else []


def _after(blocks: Sequence[Block], at: int) -> list[str]:
    """Notes right after a table: from the first paragraph that begins like one, as long as they do."""
    notes: list[str] = []
    for block in [b for b in blocks[at + 1 : at + 8] if b.rows or b.text.strip()][:NOTES]:
        text = words(block.text)
        if block.rows or CAPTION.match(text) or not (NOTE.match(text) or _about_stars(text)):
            break
        notes.append(text)
    return notes


def _about_stars(text: str) -> bool:
    return len(text) < 400 and bool(
        re.search(r"[*＊∗]{1,3}\s*(?:p|，|、|,|\(|（|<|indicate|denote|表示|分别|and|和)|括号内|in (parenthes|bracket)", text, re.IGNORECASE)
    )


def captions_alone(blocks: Sequence[Block], labels: Sequence[str]) -> tuple[str, ...]:
    """Captions of tables of which none was read: a picture, or one whose rows and columns did not show."""
    texts = [words(b.text) for b in blocks if b.text and not b.rows]
    heads = [
        (found.group(), text) for text in texts if (found := CAPTION.match(text)) and len(text) <= LONG and not re.search(r"[。；;，,]|\.\s+[A-Z].*\.$", text)
    ]
    known = {key(label) for label in labels}
    return tuple(dict.fromkeys(words(label) for label, text in heads if key(words(label)) not in known))


def _caption(texts: Sequence[str]) -> tuple[str, str]:
    """Label and title: Table 3, Baseline regression."""
    label, titles = "", []
    for text in texts:
        found = CAPTION.match(text)
        label = label or (words(found.group()) if found else "")
        titles.append(text[found.end() :].strip(" .:：。—–-　\t") if found else text)
    return label, " / ".join(t for t in titles if t)


def _cleared(rows: list[list[str]], spans: list[Span]) -> tuple[list[list[str]], list[Span]]:
    """Without empty rows and columns."""
    keep_rows = [i for i, row in enumerate(rows) if any(c.strip() for c in row)]
    width = len(rows[0]) if rows else 0
    keep = [j for j in range(width) if any(rows[i][j].strip() for i in keep_rows)]
    at_row, at_column = {i: n for n, i in enumerate(keep_rows)}, {j: n for n, j in enumerate(keep)}
    moved = []
    for top, left, bottom, right in spans:
        tall, wide = [at_row[i] for i in range(top, bottom + 1) if i in at_row], [at_column[j] for j in range(left, right + 1) if j in at_column]
        if tall and wide and (len(tall) > 1 or len(wide) > 1):
            moved.append((tall[0], wide[0], tall[-1], wide[-1]))
    return [[rows[i][j].strip() for j in keep] for i in keep_rows], moved


def _split(rows: list[list[str]], spans: list[Span]) -> tuple[list[list[str]], list[Span]]:
    """A row whose cells hold several lines of numbers becomes several rows; coefficient over bracket becomes two."""
    made: list[list[str]] = []
    starts: list[int] = []
    for row in rows:
        starts.append(len(made))
        parts = [[p for p in cell.split("\n") if p.strip()] for cell in row]
        deep = max((len(p) for p in parts[1:] if p and all(is_number(x) or yes_no(x) is not None for x in p)), default=1)
        fits = all(len(p) in (0, 1, deep) or not any(is_number(x) for x in p) for p in parts[1:])
        if deep < 2 or not fits:
            made.append([" ".join(p) for p in parts])
            continue
        stub = parts[0] if len(parts[0]) == deep else [" ".join(parts[0])]
        for n in range(deep):
            made.append([stub[n] if n < len(stub) else "", *(p[n] if n < len(p) and len(p) == deep else " ".join(p) if n == 0 else "" for p in parts[1:])])
    starts.append(len(made))
    return made, [(starts[t], a, starts[b + 1] - 1, c) for t, a, b, c in spans if b + 1 < len(starts)]


def _starless(rows: list[list[str]], spans: list[Span]) -> tuple[list[list[str]], list[Span]]:
    """Columns that hold stars alone, or halves of brackets, belong to the column at their left."""
    width = len(rows[0]) if rows else 0
    gone = [j for j in range(2, width) if (filled := [r[j] for r in rows if r[j]]) and all(re.fullmatch(r"[*)]+", plain(c)) for c in filled)]
    for j in gone:
        host = max(k for k in range(j) if k not in gone)
        for row in rows:
            row[host] += row[j]
    keep = [j for j in range(width) if j not in gone]
    at = {j: n for n, j in enumerate(keep)}
    moved = [
        (t, min(at[k] for k in range(a, c + 1) if k in at), b, max(at[k] for k in range(a, c + 1) if k in at))
        for t, a, b, c in spans
        if any(k in at for k in range(a, c + 1))
    ]
    return [[row[j] for j in keep] for row in rows], [s for s in moved if s[2] > s[0] or s[3] > s[1]]


def _head_count(rows: Sequence[Sequence[str]], declared: int) -> int:
    """Rows above the first one with a number that no head would show."""
    count = 0
    for row in rows:
        cells = [c for c in row[1:] if c.strip()]
        numbers = [c for c in cells if is_number(c)]
        decimal = any(is_decimal(c) for c in cells)
        named = any(key(row[0]) and key(row[0]) == key(c) for above in rows[:count] for c in above)  # the first row of a matrix
        if decimal or named or (numbers and not _is_head(row, numbers, cells)) or (not cells and count) or any(yes_no(c) is not None for c in cells):
            break
        count += 1
    if declared and declared < len(rows) and count and not any(is_decimal(c) for row in rows[:declared] for c in row[1:]):
        count = max(declared, min(count, declared)) if declared <= count else declared
    return min(count, len(rows) - 1)


def _is_head(row: Sequence[str], numbers: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether whole numbers in a row are numbers of columns, years or levels."""
    if all(is_model(c) or re.fullmatch(r"(19|20)\d\d年?", words(c)) for c in numbers):
        counted = [int(re.sub(r"\D", "", c) or 0) for c in numbers]
        return (
            all(re.search(r"[(（]", c) for c in numbers)
            or all(1900 < n < 2100 for n in counted)
            or counted == list(range(counted[0], counted[0] + len(counted)))
        )
    return len(numbers) < len(cells) or all(re.fullmatch(r"\d+\s*[%％]", words(c)) for c in numbers)


def _filled(rows: Sequence[Sequence[str]], spans: Sequence[Span], top: int) -> list[list[str]]:
    """Cells of the head repeated over what they span."""
    full = [list(row) for row in rows]
    for first, left, last, right in spans:
        for i in range(max(first, top), min(last, top + len(rows) - 1) + 1):
            for j in range(left, right + 1):
                full[i - top][j] = rows[first - top][left] if first >= top else full[i - top][j]
    return full


def _body(rows: Sequence[Sequence[str]], spans: Sequence[Span], count: int) -> tuple[tuple[str, ...], ...]:
    """Cells over several columns repeated, and texts over several rows; a heading over the whole row stands once."""
    full = [list(row) for row in rows]
    for top, left, bottom, right in spans:
        text = rows[top][left]
        if top < count or (left == 0 and right >= len(rows[top]) - 1):
            continue
        if right > left and left > 0:
            full[top][left : right + 1] = [text] * (right - left + 1)
        if bottom > top and not is_number(text) and left < 3:
            for i in range(top + 1, bottom + 1):
                full[i][left] = full[i][left] or text
    return tuple(tuple(words(c) if said(c) is None else c for c in row) for row in full[count:])


def _goes_on(last: Found, found: Found, block: Block, before: Sequence[Block]) -> bool:
    """Whether a table is the rest of the one before it."""
    if last.width != found.width:
        return False
    same_head = [list(map(key, r)) for r in last.heads] == [list(map(key, r)) for r in found.heads]
    if CONTINUED.search(found.label + found.title):
        return True
    said_between = found.label or [b for b in before[_index(before) + 1 :] if b.text.strip() and not CONTINUED.search(b.text)]
    return not said_between and (block.goes_on or block.page == 0) and (same_head or not found.heads or _bodiless(found))


def _bodiless(found: Found) -> bool:
    """A head that was only supposed: its cells could be cells of a body."""
    return not any(is_model(c) or DEPENDENT.search(c) for row in found.heads for c in row) and all(is_whole(c) or not c for row in found.heads for c in row[1:])


def _index(blocks: Sequence[Block]) -> int:
    return max((i for i, b in enumerate(blocks) if b.rows), default=-1)


def _together(last: Found, found: Found) -> Found:
    if not last.heads and not any(is_number(c) for row in last.body for c in row[1:]):  # nothing but its head stood on the page before
        last = replace(last, heads=last.body, body=())
    same = [list(map(key, r)) for r in last.heads] == [list(map(key, r)) for r in found.heads]
    more = () if same or CONTINUED.search(found.label + found.title) else found.heads
    return replace(last, body=(*last.body, *more, *found.body), note=" ".join(t for t in (last.note, found.note) if t), parts=last.parts + 1)


def _panels(found: Found) -> list[Found]:
    """One table a panel where a panel repeats the rows of another, or has a head of its own."""
    at = [i for i, row in enumerate(found.body) if PANEL.match(row[0]) and not any(is_number(c) for c in row[1:])]
    lead = [n for n, row in enumerate(found.heads) if (PANEL.match(row[0]) and not any(row[1:])) or (PANEL.match(row[0]) and len(set(row)) == 1)]
    if not at or (at[0] > 0 and not lead):
        return [found]
    title = next((found.heads[n][0] for n in lead), "")
    heads = tuple(row for n, row in enumerate(found.heads) if n not in lead)
    pieces = [(title, found.body[: at[0]])] if at[0] > 0 else []
    pieces += [(found.body[a][0], found.body[a + 1 : b]) for a, b in zip(at, [*at[1:], len(found.body)], strict=True)]
    stubs = [[key(row[0]) for row in body if row[0]] for _, body in pieces]
    if len(pieces) < 2 or not set(stubs[0]) & set(stubs[1]):
        return [found]
    made = []
    for name, body in pieces:
        count = _head_count(body, 0) if body and not any(is_decimal(c) for c in body[0][1:]) else 0
        own = body[:count]
        made.append(replace(found, title=f"{found.title} / {words(name)}".strip(" /"), heads=own or heads, body=body[count:]))
    return [m for m in made if m.body]
