"""A printed table in LaTeX: booktabs, notes below. Needs booktabs, longtable, graphicx and, for Chinese, xelatex with ctex."""

from __future__ import annotations

import re
from itertools import pairwise

from regio.exhibits.printed import Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import Fit, fit
from regio.language import say

TALL = 40  # rows: above this the table may break over pages
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
    "∩": r"$\cap$",
    "≠": r"$\neq$",
    "⊆": r"$\subseteq$",
    "⌊": r"$\lfloor$",
    "⌋": r"$\rfloor$",
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎", "0123456789+-()", strict=True))
SPECIAL |= {sign: f"$^{{{plain}}}$" for sign, plain in RAISED.items()} | {sign: f"$_{{{plain}}}$" for sign, plain in LOWERED.items()}
ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
_ACCENTED = re.compile("(.)([" + "".join(ACCENTS) + "])")
_SPECIAL = re.compile("[" + re.escape("".join(SPECIAL)) + "]")


def escaped(text: str) -> str:
    """A text that LaTeX prints as it is."""
    ends = [0, *(place for found in _ACCENTED.finditer(text) for place in found.span()), len(text)]
    parts = [text[a:b] for a, b in pairwise(ends)]  # every second one is a letter with an accent
    return "".join(_accented(part) if i % 2 else _SPECIAL.sub(lambda found: SPECIAL[found.group()], part) for i, part in enumerate(parts))


def _accented(part: str) -> str:
    letter = SPECIAL.get(part[0], part[0]).strip("$")
    return f"$\\{ACCENTS[part[1]]}{{{letter}}}$"


def latex(printed: Printed, *, label: str = "") -> str:
    """One table environment, or a longtable where it has many rows. LaTeX numbers it; ``label`` is its name for references."""
    long, fitted = len(printed.rows) > TALL, fit(printed)
    columns = _columns(printed, fitted)
    size = f"\\fontsize{{{fitted.size:.1f}}}{{{fitted.size * 1.2:.1f}}}\\selectfont\\setlength{{\\tabcolsep}}{{{fitted.size * 0.4:.1f}pt}}"
    caption = f"\\caption{{{escaped(printed.title)}}}" + (f"\\label{{{label}}}" if label else "")
    head = "".join(_head_row(printed, level) for level in range(len(printed.heads)))
    body = "".join(_row(row) for row in printed.rows)
    notes = _notes(printed)
    if long:
        top = f"{caption}\\\\\n\\toprule\n{head}\\midrule\n\\endfirsthead\n\\toprule\n{head}\\midrule\n\\endhead\n\\bottomrule\n\\endlastfoot\n"
        made = f"{{{size}\n\\begin{{longtable}}{{{columns}}}\n{top}{body}\\end{{longtable}}\n{notes}}}\n"
        return _turned(made) if fitted.across else made
    tabular = f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head}\\midrule\n{body}\\bottomrule\n\\end{{tabular}}"
    made = f"\\begin{{table}}[htbp]\n\\centering\n{caption}\n{{{size}\n{tabular}}}\n{notes}\\end{{table}}\n"
    return _turned(made) if fitted.across else made


def _turned(made: str) -> str:
    """On a page turned by a quarter."""
    return f"\\begin{{landscape}}\n{made}\\end{{landscape}}\n"


def _columns(printed: Printed, fitted: Fit) -> str:
    kinds = []
    for i, (wraps, width) in enumerate(zip(fitted.wraps, fitted.millimetres(), strict=True)):
        cells = [row.cells[i - 1] for row in printed.rows if row.cells[i - 1].text] if i else []
        if wraps:
            kinds.append(f">{{\\raggedright\\arraybackslash}}p{{{width:.0f}mm}}")
        else:
            kinds.append("l" if i == 0 else "c" if all(cell.kind in ("text", "label", "yes_no") for cell in cells) else "r")
    starred = any(cell.stars for row in printed.rows for cell in row.cells)
    return "@{\\hskip 1.2em}".join(kinds) + "@{\\hskip 1.2em}" if starred else "".join(kinds)


def _head_row(printed: Printed, level: int) -> str:
    last = level == len(printed.heads) - 1
    cells, rules, at = [], [], 2
    for head in printed.heads[level]:
        cells.append(f"\\multicolumn{{{head.span}}}{{c}}{{{escaped(head.text)}}}")
        if head.span > 1 and not last:
            rules.append(f"\\cmidrule(lr){{{at}-{at + head.span - 1}}}")
        at += head.span
    stub = escaped(printed.stub) if last else ""
    return " & ".join([stub, *cells]) + " \\\\\n" + ("".join(rules) + "\n" if rules else "")


def _row(row: PrintedRow) -> str:
    rule = "\\midrule\n" if row.rule_above else ""
    return rule + " & ".join([escaped(row.head), *map(_cell, row.cells)]) + " \\\\\n"


def _cell(cell: PrintedCell) -> str:
    """Stars stand outside the column, so that digits stay in one line."""
    return escaped(cell.text) + (f"\\rlap{{$^{{{cell.stars}}}$}}" if cell.stars else "")


def _notes(printed: Printed) -> str:
    marks = "".join(f"\\par\\smallskip\\noindent\\textbf{{\\footnotesize {escaped(mark)}}}\n" for mark in printed.labels)
    if not printed.notes:
        return marks
    sentences = (" " if printed.language == "en" else "").join(printed.notes)
    note = escaped(say("exhibits.notes", printed.language, notes=sentences))
    return f"{marks}\\par\\smallskip\\begin{{minipage}}{{\\textwidth}}\\footnotesize {note}\\end{{minipage}}\n"
