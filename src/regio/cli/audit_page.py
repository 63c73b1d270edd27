"""The page of an audit: what a person should read first, one finding a row, that fits a screen and a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from regio.auditing.checks import JOINT
from regio.auditing.judgement import VERDICTS, Judgement
from regio.auditing.result import Audit
from regio.exhibits.render.html import CSS, html
from regio.exhibits.typeset import typeset
from regio.language import Language, known, say

STYLE = """
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.45; }
.found { width: 100%; border-collapse: collapse; margin: 0.5rem 0 2rem; }
.found th, .found td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem 0.35rem 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
.found th { border-top: 2px solid #000; border-bottom: 1px solid #000; white-space: nowrap; }
.found td:nth-child(1) { width: 21%; } .found td:nth-child(2), .found td:nth-child(3) { width: 14%; }
.found small { color: #555; display: block; }
.inconsistent h2 { color: #a00; }
@media print { .found tr { break-inside: avoid; } }
"""
SUSPECTS = 10


def page(found: Audit, face: Language) -> str:
    """The findings as one page of HTML."""
    title = escape(say("audit.page", face, paper=found.paper))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{CSS}{STYLE}</style>'
    lead = f"<h1>{title}</h1><p>{escape(found.title)}</p><p>{escape(say('audit.about', face))}</p>"
    parts = [lead, *_parts(found, face), html(typeset(found.exhibits()[0], face))]
    return f'<!doctype html>\n<html lang="{face}"><head>{head}</head><body>{chr(10).join(parts)}\n</body></html>\n'


def _parts(found: Audit, face: Language) -> Iterator[str]:
    numbered = [(f"{found.paper}-{i}", j) for i, j in enumerate(found.judgements, 1)]
    for verdict in VERDICTS:
        rows = [pair for pair in numbered if pair[1].verdict == verdict]
        if rows and verdict != "consistent":
            yield _section(rows, say("audit.part", face, verdict=say(f"audit.verdict.{verdict}", face), count=len(rows)), face, verdict)
        if verdict == "inconsistent" and rows and (found.suspects["inconsistent"] > 1).any():
            yield _suspects(found, face)
    joint = [(id_, j) for id_, j in numbered if j.check == JOINT and j.verdict == "consistent"]
    if joint:
        yield _section(joint, say("audit.check.joint", face), face, "joint")


def _section(rows: Sequence[tuple[str, Judgement]], head: str, face: Language, name: str) -> str:
    heads = "".join(f"<th>{escape(say(f'audit.head.{h}', face))}</th>" for h in ("where", "printed", "computed", "note"))
    body = "".join(_row(id_, j, face) for id_, j in rows)
    return f'<section class="{name}"><h2>{escape(head)}</h2><table class="found"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></section>'


def _row(id_: str, j: Judgement, face: Language) -> str:
    check, concerns = say(f"audit.check.{j.check}", face), say(f"audit.severity.{j.severity}", face)
    small = [f"{say('audit.head.formula', face)}: {say(j.formula, face)}"]
    if j.assumption is not None:
        small.append(f"{say('audit.head.assumption', face)}: {say(j.assumption, face)}")
    if j.power is not None:
        small.append(f"{say('audit.head.power', face)}: {j.power:.0%}")
    said = escape(say(j.note, face)) + "".join(f"<small>{escape(line)}</small>" for line in small)
    where = f"{escape(j.where)}<small>{escape(id_)} · {escape(check)} · {escape(concerns)}</small>"
    return f"<tr><td>{where}</td><td>{escape(j.printed)}</td><td>{escape(_spoken(j.computed, face))}</td><td>{said}</td></tr>"


def _spoken(computed: str, face: Language) -> str:
    """What is no number in the words of the language: estimators, kinds of brackets and of errors."""
    codes = {part: next((c for kind in ("estimator", "bracket", "errors_kind") if known(c := f"audit.{kind}.{part}")), "") for part in computed.split(", ")}
    return ", ".join(say(code, face) if code else part for part, code in codes.items())


def _suspects(found: Audit, face: Language) -> str:
    """The cells that more than one failing relation reads, the likeliest first."""
    table = found.suspects
    rows = table[table["inconsistent"] > 1].head(SUSPECTS).itertuples(index=False)
    heads = "".join(
        f"<th>{escape(h)}</th>" for h in (say("audit.head.where", face), *(say(f"audit.verdict.{v}", face) for v in ("inconsistent", "consistent")))
    )
    body = "".join(f"<tr><td>{escape(str(where))}</td><td>{bad}</td><td>{good}</td></tr>" for where, bad, good in rows)
    title = escape(say("audit.suspects", face))
    return f'<section><h2>{title}</h2><table class="found"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></section>'
