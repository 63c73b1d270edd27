"""“Increases steadily”, “逐步上升” against the numbers of a row, from column to column or period to period; “falls from A to B” against A and B."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, ending, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Claim, PaperTable
from regio.language import Message

KINDS = ("regression", "geodetector", "group_means")
FIRST, LAST = (rf"\s*(?P<{end}>[-−]?\d[\d,]*\.?\d*)\s*[%％]?" for end in ("first", "last"))
UP_WORDS = r"increas\w*|ris(?:e|es|ing)|rose|grow\w*|grew|climb\w*|improv\w*|strengthen\w*|上升|提高|增[大加长强]|提升"
DOWN_WORDS = r"decreas\w*|declin\w*|fall(?:s|ing)?|fell|drop\w*|diminish\w*|weaken\w*|shr[aiu]nk\w*|下降|降低|减[小少弱]|缩小"
STEADY = r"gradual(?:ly)?|stead(?:y|ily)|consistent(?:ly)?|continuous(?:ly)?|monotonic(?:ally)?|progressively|year by year|逐步|逐渐|逐年|持续|不断|稳步"
MOVES = re.compile(
    rf"(?:{STEADY})(?:\s*(?:地|and\s+\w+))?\s*(?:(?P<up1>{UP_WORDS})|(?P<down1>{DOWN_WORDS}))"
    rf"|(?:(?P<up2>{UP_WORDS})|(?P<down2>{DOWN_WORDS}))\s+(?:{STEADY})",
    re.IGNORECASE,
)
ENDS = re.compile(
    rf"(?:(?P<up>{UP_WORDS})|(?P<down>{DOWN_WORDS}))[^.;。；\d]{{0,40}}?(?:from|由|从){FIRST}[^.;。；\d]{{0,25}}?(?:in \d{{4}} )?(?:to|至|到){LAST}",
    re.IGNORECASE,
)
ENDS_ZH = re.compile(
    rf"(?:由|从)[^.;。；\d]{{0,12}}(?:\d{{4}}\s*年的?)?{FIRST}[^.;。；\d]{{0,8}}(?:\d{{4}}\s*年的?)?(?:(?P<up>{UP_WORDS})|(?P<down>{DOWN_WORDS}))\s*(?:至|到|为){LAST}"
)
POWER = re.compile(r"explanatory power|goodness of fit|R\s*[-‐]?squared|解释力|拟合优度|解释能力", re.IGNORECASE)  # R²
COEFFICIENT = re.compile(r"coefficient|系数", re.IGNORECASE)
FITS = ("R2", "R2_within", "R2_adj")
ARTICLES = ("a", "i")
FEW = 3  # numbers that a steady movement needs


def run(look: Look) -> Iterator[Judgement]:
    for claim in look.paper.claims:
        yield from _from_to(look, claim)
        if (found := MOVES.search(claim.quote)) is not None:
            yield from _steady(look, claim, 1 if found["up1"] or found["up2"] else -1)


def _from_to(look: Look, claim: Claim) -> Iterator[Judgement]:
    for found in (*ENDS.finditer(claim.quote), *ENDS_ZH.finditer(claim.quote)):
        first, last = look.interval(found["first"]), look.interval(found["last"])
        if first is None or last is None:
            continue
        up = bool(found["up"])
        fine = last.high > first.low if up else last.low < first.high
        values = {"first": found["first"], "last": found["last"], "way": _way(1 if up else -1)}
        note = Message("audit.note.moves_so" if fine else "audit.note.moves_otherwise", values)
        where = place(claim.id, "from_to")
        yield Judgement("trends", where, ending(found.group(), 60), "", "consistent" if fine else "inconsistent", "conclusion", note, cells=(where,))


def _steady(look: Look, claim: Claim, way: int) -> Iterator[Judgement]:
    """The row that the sentence names; where it names none, whether any row moves so."""
    rows = [row for id_ in claim.about if (t := look.paper.table(id_)) is not None and t.available for row in _rows(look, t) if len(row[2]) >= FEW]
    if COEFFICIENT.search(claim.quote):
        rows = [row for row in rows if row[1] not in FITS]
    if not rows:
        return
    named = [row for row in rows if _speaks_of(look, claim, row[1])]
    where, printed = place(claim.id, "trend"), ending(claim.quote, 60)
    if named:
        for cell, name, values, texts in named:
            fine = _moves(values, way)
            note = Message("audit.note.steady" if fine else "audit.note.not_steady", {"name": name, "numbers": texts, "way": _way(way)})
            yield Judgement("trends", where, printed, ", ".join(texts), "consistent" if fine else "inconsistent", "conclusion", note, cells=(where, cell))
        return
    fits = tuple(dict.fromkeys(name for _, name, values, _ in rows if _moves(values, way)))
    if fits:
        note, assumption = Message("audit.note.steady_rows", {"names": fits, "way": _way(way)}), Message("audit.if.speaks_of", {"names": fits})
        yield Judgement("trends", where, printed, ", ".join(fits), "consistent_if", "conclusion", note, assumption, cells=(where,))
    else:
        yield Judgement("trends", where, printed, "", "inconsistent", "conclusion", Message("audit.note.steady_none", {"way": _way(way)}), cells=(where,))


def _way(way: int) -> Message:
    return Message("audit.way.up" if way > 0 else "audit.way.down")


def _moves(values: Sequence[Interval], way: int) -> bool:
    """Whether numbers inside the printed digits rise, or fall, all the way."""
    reached = values[0].low if way > 0 else values[0].high
    for _, value in pairwise(values):
        if way * ((value.high if way > 0 else value.low) - reached) < 0:
            return False
        reached = max(reached, value.low) if way > 0 else min(reached, value.high)
    return True


def _speaks_of(look: Look, claim: Claim, name: str) -> bool:
    subjects = [v.subject for v in claim.values if v.subject] + [v.at.split("/")[-1] for v in claim.values if v.at]
    labels = [name, *(words for var, words in look.paper.variables.items() if look.paper.variable(var) == name)]
    if any(look.paper.variable(s) == name for s in subjects):
        return True
    if name in FITS and POWER.search(claim.quote):
        return True
    quote = re.sub(r"\W+", " ", re.sub(r"[$_{}<>/^]|sub|sup", "", claim.quote.replace("²", "2"))).casefold()
    return any(label.casefold() not in ARTICLES and re.search(rf"(?<!\w){re.escape(label.casefold())}(?!\w)", quote) for label in labels if label)


def _rows(look: Look, table: PaperTable) -> Iterator[tuple[str, str, list[Interval], tuple[str, ...]]]:
    """Address, name and numbers of every row of a regression table over its columns of one outcome, and of factors and groups over periods."""
    found: dict[tuple[str, str], list[tuple[str, Interval, str]]] = {}
    for model in table.models:
        for term in model.terms:
            if term.var != "_cons" and (value := look.coef(table, term)) is not None:
                found.setdefault((look.paper.variable(term.var), model.dependent), []).append((model.col, value, term.coef))
        for name in FITS:
            if name in model.values and (value := look.value(table, model, name)) is not None:
                found.setdefault((name, model.dependent), []).append((model.col, value, model.values[name]))
    for row in sorted(table.rows, key=lambda r: r.get("period", "")) if table.kind in ("geodetector", "group_means") else ():
        name, cell = (row.get("factor") or row.get("group") or ""), "q" if table.kind == "geodetector" else "mean"
        if row.get("period") and (value := look.interval(row.get(cell), table, cell)) is not None:
            found.setdefault((name, cell), []).append((row["period"], value, row[cell]))
    for (name, _), cells in found.items():
        yield place(table.id, name), name, [v for _, v, _ in cells], tuple(text for _, _, text in cells)
