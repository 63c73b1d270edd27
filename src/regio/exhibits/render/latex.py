"""A printed table in LaTeX: booktabs, notes below. Needs booktabs, longtable, graphicx and, for Chinese, xelatex with ctex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from regio.exhibits.printed import Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import GAP, WORDS, Fit, all_words, broken, ems, insets, lines, parts
from regio.exhibits.scripts import Piece, scripts
from regio.language import say

STARS = 0.45  # ems more between columns with stars, which are broad in LaTeX
SAFE = ((7.5, 0.84), (9.0, 0.92))  # sizes up to which a table over several pages, which cannot be narrowed, is set smaller
TALL = (40, 24)  # lines on an upright page, on a turned one: above this the table may break over pages
PACKAGES = ("booktabs", "longtable", "graphicx", "array", "caption", "pdflscape")
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after the end of a row these two would be options
    "*": "{*}",
    "−": r"$-$",
    "∞": r"$\infty$",
    "×": r"$\times$",
    "²": r"$^{2}$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "±": r"$\pm$",
    "·": r"$\cdot$",
    "√": r"$\surd$",
    "Σ": r"$\Sigma$",
    "χ": r"$\chi$",
    "σ": r"$\sigma$",
    "ρ": r"$\rho$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "λ": r"$\lambda$",
    "→": r"$\rightarrow$",
    "✓": r"$\checkmark$",
    "Γ": r"$\Gamma$",
    "Δ": r"$\Delta$",
    "Π": r"$\Pi$",
    "γ": r"$\gamma$",
    "δ": r"$\delta$",
    "η": r"$\eta$",
    "θ": r"$\theta$",
    "μ": r"$\mu$",
    "π": r"$\pi$",
    "τ": r"$\tau$",
    "φ": r"$\varphi$",
    "ȳ": r"$\bar{y}$",
    "ḡ": r"$\bar{g}$",
    "ẑ": r"$\hat{z}$",
    "ỹ": r"$\tilde{y}$",
    "ᵀ": r"$^{T}$",
    "′": r"$'$",
    "⇔": r"$\Leftrightarrow$",
    "∈": r"$\in$",
    "∉": r"$\notin$",
    "∩": r"$\cap$",
    "≠": r"$\neq$",
    "⊆": r"$\subseteq$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
    "≈": r"$\approx$",
    "ᵈ": r"$^{d}$",
    "Φ": r"$\Phi$",
    "Ω": r"$\Omega$",
    "ε": r"$\varepsilon$",
    "ω": r"$\omega$",
    "ζ": r"$\zeta$",
    "ι": r"$\iota$",
    "κ": r"$\kappa$",
    "ν": r"$\nu$",
    "ξ": r"$\xi$",
    "ψ": r"$\psi$",
    "Θ": r"$\Theta$",
    "Λ": r"$\Lambda$",
    "Ξ": r"$\Xi$",
    "Ψ": r"$\Psi$",
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₑᵤ", "0123456789+-()eu", strict=True))
SPECIAL |= {sign: f"$^{{{plain}}}$" for sign, plain in RAISED.items()} | {sign: f"$_{{{plain}}}$" for sign, plain in LOWERED.items()}
ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
_ACCENTED = re.compile("(.)([" + "".join(ACCENTS) + "])")
_ADDRESS, _MARKS = re.compile(r"(https?://|DOI:)\S+"), re.compile("[，。、；：”](?=[“（《])")
_SEAM = re.compile(r"(?<=\w)(/|\\_|\.|:)(?=[A-Za-z])")
NARROWED = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}"  # never wider than the page
_SPECIAL = re.compile("[" + re.escape("".join(SPECIAL)) + "]")


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is."""
    ends = [0, *(place for found in _ACCENTED.finditer(text) for place in found.span()), len(text)]
    parts = [text[a:b] for a, b in pairwise(ends)]  # every second one is a letter with an accent
    return "".join(_accented(part) if i % 2 else _SPECIAL.sub(lambda found: SPECIAL[found.group()], part) for i, part in enumerate(parts))


def _accented(part: str) -> str:
    letter = SPECIAL.get(part[0], part[0]).strip("$")
    return f"$\\{ACCENTS[part[1]]}{{{letter}}}$"


def latex(printed: Printed, *, label: str = "", turned: bool | None = None) -> str:
    """One table environment, or a longtable where it has many rows; several where the table is cut into parts. LaTeX numbers it; ``label`` is its name for
    references. turned: on a page turned by a quarter; None: as its width wants.
    """
    made = [_part(part, fitted, label if i == 0 else "", first=i == 0) for i, (part, fitted) in enumerate(parts(printed))]
    turned = any(fitted.across for _, fitted in parts(printed)) if turned is None else turned
    return f"\\begin{{landscape}}\n{''.join(made)}\\end{{landscape}}\n" if turned else "".join(made)


def _part(printed: Printed, fitted: Fit, label: str, *, first: bool) -> str:
    long = lines(printed, fitted) > TALL[fitted.across]
    fitted = replace(fitted, size=fitted.size * (_safe(fitted.size) if long else 1))
    columns = _columns(printed, fitted)
    between = fitted.size * (fitted.gap + (STARS if fitted.gap > GAP else 0.0)) / 2
    leading = "\\linespread{1}" if printed.language == "zh" else ""  # ctex sets lines of text far apart
    size = f"{leading}\\fontsize{{{fitted.size:.1f}}}{{{fitted.size * (1.3 if leading else 1.2):.1f}}}\\selectfont\\setlength{{\\tabcolsep}}{{{between:.1f}pt}}"
    caption = f"\\caption{{{escaped(printed.title)}}}" + (f"\\label{{{label}}}" if label else "")
    head = "".join(_head_row(printed, fitted, level) for level in range(len(printed.heads)))
    wordy = [all_words(printed, i) for i in range(len(printed.column_keys))]
    body = "".join(_row(row, fitted, wordy) for row in printed.rows)
    notes, same = _notes(printed), "" if first else "\\addtocounter{table}{-1}"
    if long:
        top = f"{caption}\\\\\n\\toprule\n{head}\\midrule\n\\endfirsthead\n\\toprule\n{head}\\midrule\n\\endhead\n\\bottomrule\n\\endlastfoot\n"
        return f"{same}{{{size}\n\\begin{{longtable}}{{{columns}}}\n{top}{body}\\end{{longtable}}\n{notes}}}\n"
    tabular = f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head}\\midrule\n{body}\\bottomrule\n\\end{{tabular}}"
    return f"\\begin{{table}}\n{same}\\centering\n{caption}\n{{{size}\n{NARROWED}{{{tabular}}}}}\n{notes}\\end{{table}}\n"


def _safe(size: float) -> float:
    """Small letters of Computer Modern are broad for their size."""
    return next((factor for limit, factor in SAFE if size < limit), 1.0)


def _columns(printed: Printed, fitted: Fit) -> str:
    kinds = []
    shifts = (0.0, *insets(printed, fitted))
    for i, (wraps, tight, width) in enumerate(zip(fitted.wraps, fitted.tight, fitted.millimetres(gaps=False), strict=True)):
        wordy = i == 0 or all_words(printed, i - 1)
        if tight:
            kinds.append(f">{{\\ragged{'right' if wordy else 'left'}\\arraybackslash}}p{{{width:.1f}mm}}")
        else:
            shift = f"<{{\\hspace{{{shifts[i] * fitted.size:.1f}pt}}}}" if shifts[i] > 0.2 else ""
            kinds.append("l" if i == 0 or (wordy and wraps) else "c" if wordy else f"r{shift}")
    return "@{}" + "".join(kinds) + "@{}"


def _head_row(printed: Printed, fitted: Fit, level: int) -> str:
    last = level == len(printed.heads) - 1
    cells, rules, at = [], [], 1
    millimetres = fitted.millimetres(gaps=False)
    for head in printed.heads[level]:
        room = sum(fitted.widths[at : at + head.span]) + fitted.gap * (head.span - 1)
        if head.span == 1 and fitted.tight[at]:
            cells.append(f"\\multicolumn{{1}}{{>{{\\centering\\arraybackslash}}p{{{millimetres[at]:.1f}mm}}}}{{{_breakable(head.text)}}}")
        else:
            cells.append(f"\\multicolumn{{{head.span}}}{{c}}{{{_stacked(head.text, room, 'c')}}}")
        if head.span > 1 and not last:
            rules.append(f"\\cmidrule(lr){{{at + 1}-{at + head.span}}}")
        at += head.span
    stub = _stacked(printed.stub, fitted.widths[0], "l") if last else ""
    return " & ".join([stub, *cells]) + " \\\\\n" + ("".join(rules) + "\n" if rules else "")


def _stacked(text: str, room: float, side: str) -> str:
    """A title in as many lines as its column needs."""
    stacked = broken(text, room) if ems(text) > room + 0.5 else [text]
    shown = " \\\\ ".join(map(escaped, stacked))
    return shown if len(stacked) == 1 else f"\\shortstack[{side}]{{{shown}}}"


def _row(row: PrintedRow, fitted: Fit, wordy: Sequence[bool]) -> str:
    rule = "\\midrule\n" if row.rule_above else ""
    cells = [_cell(cell, tight, words=tight or word) for cell, tight, word in zip(row.cells, fitted.tight[1:], wordy, strict=True)]
    return rule + " & ".join([_breakable(row.head) if fitted.tight[0] else escaped(row.head), *cells]) + " \\\\\n"


def _cell(cell: PrintedCell, breaks: bool = False, *, words: bool = True) -> str:
    """Stars stand outside the column, so that digits stay in one line; a word among numbers stands in the middle."""
    if not words and cell.kind in WORDS and cell.text:
        return f"\\multicolumn{{1}}{{c}}{{{escaped(cell.text)}}}"
    return (_breakable(cell.text) if breaks else escaped(cell.text)) + (f"\\rlap{{$^{{{cell.stars}}}$}}" if cell.stars else "")


def _breakable(text: str) -> str:
    """A line may break inside an address or a long name."""
    return _SEAM.sub(lambda found: found.group() + r"\allowbreak{}", escaped(text))


def flowing(text: str | Iterable[Piece]) -> str:
    """A sentence: lines may also break inside an address of the net, and where a mark of punctuation stands before one that opens."""
    if not isinstance(text, str):
        return "".join(flowing(words) if place == "plain" else f"\\text{place}script{{{escaped(words)}}}" for words, place in text)
    broken_up = _ADDRESS.sub(lambda found: re.sub(r"(?<=[/.])(?=\w)", r"\\allowbreak{}", found.group()), escaped(text))
    return _MARKS.sub(lambda found: found.group() + r"\allowbreak{}", broken_up)


def _notes(printed: Printed) -> str:
    marks = "".join(f"\\par\\medskip\\noindent\\textbf{{\\footnotesize {escaped(mark)}}}\n" for mark in printed.labels)
    if not printed.notes:
        return marks
    sentences = (" " if printed.language == "en" else "").join(printed.notes)
    note = flowing(scripts(say("exhibits.notes", printed.language, notes=sentences)))
    return f"{marks}\\par\\smallskip\\noindent\\begin{{minipage}}{{\\linewidth}}\\footnotesize {note}\\end{{minipage}}\n"
