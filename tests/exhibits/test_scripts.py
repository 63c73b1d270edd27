"""Indices and powers of formulas are set low and high in every format; names of columns stay as they are."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from regio.exhibits.render.html import marked
from regio.exhibits.render.latex import flowing
from regio.exhibits.render.markdown import as_marked
from regio.exhibits.render.typst import content
from regio.exhibits.render.word import Document
from regio.exhibits.scripts import plain, scripts
from regio.language import catalogues, entries


def shown(text: str, *, formula: bool = True) -> str:
    return marked(scripts(text, formula=formula))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Σ_g 1[g] (x′b_g)", "Σ<sub>g</sub> 1[g] (x′b<sub>g</sub>)"),
        ("x_(t−1), γ_{k−1}", "x<sub>t−1</sub>, γ<sub>k−1</sub>"),
        ("n^(−1/5), m₂^1.5", "n<sup>−1/5</sup>, m₂<sup>1.5</sup>"),
        ("(x_b/x_a)^((t − a)/(b − a))", "(x<sub>b</sub>/x<sub>a</sub>)<sup>(t − a)/(b − a)</sup>"),
        ("d_i^(−p)", "d<sub>i</sub><sup>−p</sup>"),
        ("ρ y_i,t−1 + e", "ρ y<sub>i,t−1</sub> + e"),
        ("p_ij|c, |f_AB − f_A|", "p<sub>ij|c</sub>, |f<sub>AB</sub> − f<sub>A</sub>|"),
        ("P_基期，V_固定", "P<sub>基期</sub>，V<sub>固定</sub>"),
    ],
)
def test_a_formula(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_in_a_sentence_only_short_indices_of_single_letters_count() -> None:
    assert shown("a_i (1 − U_i)", formula=False) == "a<sub>i</sub> (1 − U<sub>i</sub>)"
    for name in ("log_public", "r_max", "x_1", "b_2", "“x_i”", "gdp_pc", "2^3"):
        assert shown(name, formula=False) == name.replace("<", "&lt;")


def test_no_formula_of_the_catalogues_keeps_an_underscore() -> None:
    formulas = [words for name in catalogues() for code, entry in entries(name).items() if "formula" in code.split(".") for words in entry.values()]
    assert len(formulas) > 100
    for words in formulas:
        text = plain(scripts(words.replace("{{", "{").replace("}}", "}"), formula=True))
        assert "_" not in text, words
        assert "^" not in text, words


def test_every_format_sets_them() -> None:
    pieces = scripts("Σ_g x^(1/2)", formula=True)
    assert flowing(pieces) == r"$\Sigma$\textsubscript{g} x\textsuperscript{1/2}"
    assert content(pieces) == '[#"Σ";#sub(typographic: false, "g");#" x";#super(typographic: false, "1/2");]'
    assert as_marked(pieces) == "Σ<sub>g</sub> x<sup>1/2</sup>"
    document = Document("en")
    document.paragraph(pieces)
    runs = docx.Document(BytesIO(document.content())).paragraphs[-1].runs
    assert [(run.text, bool(run.font.subscript), bool(run.font.superscript)) for run in runs] == [
        ("Σ", False, False),
        ("g", True, False),
        (" x", False, False),
        ("1/2", False, True),
    ]
