"""A PDF with a text layer to blocks: tables between horizontal rules, three-line tables without vertical ones included."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from logging import ERROR, getLogger
from statistics import median
from typing import Any

from regio.auditing.proposing.blocks import RAISED, STARRY, Block
from regio.auditing.proposing.lines import Line, Rule, Word, gathered, read_table
from regio.auditing.proposing.names import CAPTION, NOTE
from regio.auditing.proposing.regions import SAME, Region, inside, regions
from regio.auditing.proposing.touching import parted
from regio.contract.finding import DataError, Position, error

EDGE = 0.07  # share of the page above and below which folios and running heads stand
FOLIO = re.compile(r"[-–—·]?\d{1,4}[-–—·]?|[-–—·/]|第|页|[Pp]age|of")
FEWEST = 20  # characters a page below which it is a picture


def blocks(file: str, raw: bytes) -> tuple[Block, ...]:
    """Paragraphs and tables of every page.

    Raises
    ------
    DataError
        where pdfplumber is not installed, the file is locked or broken, or has no text layer
    """
    try:
        import pdfplumber
    except ImportError:
        raise DataError(error("audit_import.no_pdfplumber", Position(file))) from None
    getLogger("pdfminer").setLevel(ERROR)  # it warns of every font whose box is missing
    try:
        with pdfplumber.open(BytesIO(raw)) as book:
            pages = [(_words(page), _rules(page), float(page.width), float(page.height)) for page in book.pages]
    except Exception as problem:  # pdfminer's errors have no common root
        code = "audit_import.locked" if "Password" in type(problem).__name__ + str(problem) else "audit_import.broken"
        raise DataError(error(code, Position(file), reason=str(problem) or type(problem).__name__)) from None
    if sum(len(w.text) for words, *_ in pages for w in words) < FEWEST * len(pages):
        raise DataError(error("audit_import.scanned", Position(file), pages=len(pages)))
    running = _running(pages)
    parts: list[_Part] = []
    texts = parted([_without_folios(words, height, running) for words, _, _, height in pages])
    for number, (kept, (_, rules, _, _)) in enumerate(zip(texts, pages, strict=True), 1):
        for part in _page(kept, rules, number, open_=bool(parts) and _open(parts[-1])):
            if parts and _goes_on(parts[-1], part):
                parts[-1] = _together(parts[-1], part)
            else:
                parts.append(part)
    pictures = tuple(Block(page=number, picture=True) for number, (words, *_) in enumerate(pages, 1) if sum(len(w.text) for w in words) < FEWEST)
    return (*(block for part in parts if (block := _block(part)) is not None), *pictures)


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph or a table on a page, or the pages over which it goes. ``first``, ``last``: nothing stands above or below it on its page."""

    page: int
    lines: tuple[Line, ...]
    region: Region | None = None
    rules: tuple[Rule, ...] = ()
    first: bool = False
    last: bool = False


def _open(last: _Part) -> bool:
    """Whether a table may stand at the top of the next page: the page ends with one, or with the caption of one."""
    return last.last if last.region is not None else bool(CAPTION.match(last.lines[0].text))


def _goes_on(before: _Part, part: _Part) -> bool:
    """Whether a table at the top of a page is the rest of the one at the end of the page before."""
    a, b = before.region, part.region
    if a is None or b is None or not (before.last and part.first) or part.page == before.page:
        return False
    return abs(a.left - b.left) < 2 * SAME and abs(a.right - b.right) < 2 * SAME if a.ruled and b.ruled else a.left < b.right and b.left < a.right


def _together(before: _Part, part: _Part) -> _Part:
    """The rest of a table moved right below its beginning."""
    assert before.region is not None
    assert part.region is not None
    down = before.region.bottom - part.region.top
    if len(before.lines) > 1 and part.lines and not before.rules:  # as far below the last row as rows stand apart
        gap = median(b.middle - a.middle for a, b in pairwise(before.lines))
        down = max(down, before.lines[-1].middle + gap - part.lines[0].middle)
    lines = [Line(tuple(replace(w, top=w.top + down, bottom=w.bottom + down) for w in line.words)) for line in part.lines]
    rules = [replace(r, y=r.y + down) for r in part.rules]
    region = replace(before.region, bottom=part.region.bottom + down)
    return replace(before, page=part.page, lines=(*before.lines, *lines), rules=(*before.rules, *rules), region=region, last=part.last)


def _block(part: _Part) -> Block | None:
    if part.region is None:
        return Block(text=part.lines[0].text, page=part.page)
    made = read_table(list(part.lines), part.rules, (part.region.left, part.region.right))
    return None if made is None else replace(made, page=part.page, goes_on=part.first)


def _words(page: Any) -> list[Word]:
    """Words with raised signs joined to what they stand beside."""
    found = page.dedupe_chars().extract_words(extra_attrs=["size"], x_tolerance_ratio=0.2, keep_blank_chars=False, use_text_flow=False, return_chars=True)
    given = [word for w in found if w.get("upright", True) for word in _parted(w)]
    near = _Shelves(given)
    small = [w for w in given if len(w.text) <= 4 and any(_beside(h, w) for h in near.around(w) if h is not w)]
    marks = {id(w) for w in small}
    joined = {id(w): w for w in given if id(w) not in marks}
    for mark in sorted(small, key=lambda w: w.left):
        hosts = [(key, joined[key]) for key in (id(h) for h in near.around(mark)) if key in joined and _beside(joined[key], mark)]
        if not hosts:
            joined[id(mark)] = mark
            continue
        key, host = min(hosts, key=lambda h: _height(h[1], mark))
        right = host.right if STARRY.fullmatch(mark.text) else max(mark.right, host.right)  # stars may hang over the next column
        sign = _sign(mark, host)
        joined[key] = replace(host, text=host.text + sign, right=right, edges=host.edges + mark.edges if len(sign) == len(mark.edges) else ())
    return list(joined.values())


def _sign(mark: Word, host: Word) -> str:
    """A raised sign as it is written in a line."""
    if re.fullmatch(r"[\d+\-−–]+", mark.text):
        return mark.text.translate(RAISED)
    return f"^{mark.text}" if re.fullmatch(r"[a-z]", mark.text) and re.search(r"\d$", host.text) else mark.text


class _Shelves:
    """Words by their height, so that neighbours are found without looking at a whole page."""

    STEP = 20.0

    def __init__(self, words: Sequence[Word]) -> None:
        self.rows: dict[int, list[Word]] = {}
        for word in words:
            self.rows.setdefault(int(word.top // self.STEP), []).append(word)

    def around(self, word: Word) -> Iterator[Word]:
        row = int(word.top // self.STEP)
        for i in (row - 1, row, row + 1):
            yield from self.rows.get(i, ())


def _height(host: Word, mark: Word) -> float:
    """How far a sign is from where a raised one stands."""
    return abs((mark.top + mark.bottom) / 2 - (0.75 * host.top + 0.25 * host.bottom)) + 0.2 * abs(mark.left - host.right)


def _parted(word: Mapping[str, Any]) -> Iterator[Word]:
    """Two numbers in brackets that touch are two words, and so is what follows stars: full-width brackets and hanging stars leave no room between columns."""
    signs, start = word["chars"], 0
    for i in range(1, len(signs) + 1):
        if i == len(signs) or (_parts(signs[i - 1]["text"], signs[i]["text"]) and any(c["text"].isdigit() for c in signs[start:i])):
            part = signs[start:i]
            text = word["text"] if (start, i) == (0, len(signs)) else "".join(c["text"] for c in part)
            size = float(word["size"])
            left, right = (0.45 * size if part[end]["text"] in sign else 0.0 for end, sign in ((0, "（"), (-1, "）")))  # the empty half of a full-width bracket
            edges = tuple(
                (float(c["x0"]) + 0.45 * size * (c["text"] == "（"), float(c["x1"]) - 0.45 * size * (c["text"] == "）")) for c in part for _ in c["text"]
            )
            yield Word(text, float(part[0]["x0"]) + left, float(part[-1]["x1"]) - right, float(word["top"]), float(word["bottom"]), size, edges)
            start = i


def _parts(before: str, after: str) -> bool:
    """Whether a new number begins between two signs."""
    return (before in ")）" and after in "(（") or (before in "*＊∗" and (after.isdigit() or after in "-−–"))


def _beside(host: Word, mark: Word) -> bool:
    near = -0.25 * host.size <= mark.left - host.right <= (0.75 if STARRY.fullmatch(mark.text) else 0.2) * host.size
    level = min(host.bottom, mark.bottom) - max(host.top, mark.top) > 0.1 * mark.size
    smaller = mark.size < 0.86 * host.size or bool(STARRY.fullmatch(mark.text) and not STARRY.fullmatch(host.text))
    return near and level and smaller


def _rules(page: Any) -> list[Rule]:
    """Horizontal rules, pieces that touch made one."""
    pieces = [(float(e["top"]), float(e["x0"]), float(e["x1"])) for e in page.edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 2]
    found: list[Rule] = []
    for y, left, right in sorted(pieces, key=lambda p: (round(p[0] / 1.5), p[1])):
        last = found[-1] if found else None
        if last is not None and abs(last.y - y) <= 2.6 and left <= last.right + 3.5:
            found[-1] = Rule(last.y, min(last.left, left), max(last.right, right))
        else:
            found.append(Rule(y, left, right))
    return _once(found)


def _once(rules: list[Rule]) -> list[Rule]:
    """The two edges of a thick rule are one."""
    made: list[Rule] = []
    for rule in sorted(rules, key=lambda r: r.y):
        twin = next(
            (i for i, r in enumerate(made) if rule.y - r.y < 3 and min(r.right, rule.right) - max(r.left, rule.left) > 0.5 * (rule.right - rule.left)), None
        )
        if twin is None:
            made.append(rule)
        else:
            r = made[twin]
            made[twin] = Rule(r.y, min(r.left, rule.left), max(r.right, rule.right))
    return made


def _running(pages: Sequence[tuple[list[Word], list[Rule], float, float]]) -> set[tuple[str, int]]:
    """Words at the edge of the page that stand at the same height of several pages."""
    seen: Counter[tuple[str, int]] = Counter()
    for words, _, _, height in pages:
        seen.update({(w.text, round(w.top)) for w in words if w.top < EDGE * height or w.bottom > (1 - EDGE) * height})
    return {key for key, count in seen.items() if count > 1 and count >= len(pages) / 3}


def _without_folios(words: Sequence[Word], height: float, running: set[tuple[str, int]]) -> list[Word]:
    """The words of a page but for running heads and for the number of the page, which stands by itself or beside one."""
    edge = [w for w in words if w.top < EDGE * height or w.bottom > (1 - EDGE) * height]
    gone: set[int] = set()
    for line in gathered(edge):
        heads = [w for w in line.words if (w.text, round(w.top)) in running]
        folios = [w for w in line.words if FOLIO.fullmatch(w.text)]
        alone = bool(heads) or len(folios) == len(line.words)
        gone |= {id(w) for w in (*heads, *(folios if alone else ()))}
    return [w for w in words if id(w) not in gone]


def _page(words: list[Word], rules: list[Rule], number: int, *, open_: bool) -> Iterator[_Part]:
    found = regions(words, rules, open_=open_)
    taken = [(r, [w for w in words if inside(w, r)]) for r in found]
    used = {id(w) for _, held in taken for w in held}
    parts: list[tuple[float, float, _Part]] = []
    for region, held in taken:
        own = [r for r in rules if region.top - 1 < r.y < region.bottom + 1 and r.left >= region.left - SAME and r.right <= region.right + SAME]
        others = [w for w in words if id(w) not in {id(x) for x in held}]
        first = not any(w.bottom <= region.top + 1 for w in others)
        last = not any(w.top >= region.bottom - 1 for w in others)
        parts.append((region.top, region.left, _Part(number, tuple(gathered(held)), region, tuple(own), first, last)))
    parts += [(line.top, line.left, _Part(number, (line,))) for line in _paragraphs([w for w in words if id(w) not in used])]
    yield from (part for _, _, part in sorted(parts, key=lambda p: (p[0], p[1])))


def _paragraphs(words: list[Word]) -> Iterator[Line]:
    """Lines of text joined while they follow each other closely; captions and notes begin anew."""
    held: list[Line] = []
    for line in gathered(words):
        if held:
            last = held[-1]
            gap = line.top - last.bottom
            fresh = CAPTION.match(line.text) or NOTE.match(line.text) or gap > 0.75 * line.size or gap < -1.5 * line.size
            ended = CAPTION.match(held[0].text) and abs((held[0].left + held[0].right) / 2 - (line.left + line.right) / 2) > 15
            if fresh or ended or abs(last.size - line.size) > 0.8:
                yield _joined(held)
                held = []
        held.append(line)
    if held:
        yield _joined(held)


def _joined(held: list[Line]) -> Line:
    text = held[0].text
    for line in held[1:]:
        chinese = re.search(r"[\u3000-\u9fff\uff00-\uffef]$", text) and re.match(r"[\u3000-\u9fff\uff00-\uffef]", line.text)
        text = text[:-1] + line.text if re.search(r"[a-z]-$", text) else text + ("" if chinese else " ") + line.text
    return replace(held[0], words=(Word(text, held[0].left, held[0].right, held[0].top, held[-1].bottom, held[0].size),))
