"""From a document to a file that a person confirms, and from there to the audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from printed_papers import compiled, random_tables, sheet, typst_source, word_file

import regio
from regio.auditing import propose
from regio.auditing.paper import read_paper
from regio.auditing.proposing.docx import blocks
from regio.auditing.proposing.lines import Line, Word, read_table
from regio.cli import proposing
from regio.cli.app import start
from regio.contract.finding import ArgumentError, DataError


@pytest.fixture
def document(tmp_path: Path) -> Path:
    sheets = [sheet(t, i, "zh", 0) for i, t in enumerate(random_tables(0), 1)]
    file = tmp_path / "paper.docx"
    file.write_bytes(word_file(sheets))
    return file


def test_nothing_is_used_before_it_is_confirmed(document: Path) -> None:
    proposal = propose(document)
    assert [p.table.id for p in proposal.tables] == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert proposal.paper().tables == ()
    assert [t.id for t in proposal.paper(confirmed=("T4",)).tables] == ["T4"]
    assert len(proposal.paper(confirmed=True).tables) == 6
    assert [t.id for t in proposal.corrected("T2", confirmed=True).paper().tables] == ["T2"]
    assert not regio.audit(proposal.paper(confirmed=True)).inconsistent


def test_the_file_says_the_same_as_the_proposal(document: Path, tmp_path: Path) -> None:
    proposal = propose(document)
    file = tmp_path / "paper.audit.toml"
    for language in ("en", "zh"):
        file.write_text(proposal.toml(language).replace("confirmed = false", "confirmed = true"), encoding="utf-8")
        assert read_paper(file).tables == proposal.paper(confirmed=True).tables
        assert not read_paper(file).notes


def test_unconfirmed_tables_are_left_out_and_counted(document: Path, tmp_path: Path) -> None:
    file = tmp_path / "paper.audit.toml"
    text = propose(document).toml()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"No table is confirmed.*T1, T2") as caught:
        read_paper(file)
    assert "尚无已确认的表格" in caught.value.text("zh")
    file.write_text(text.replace("confirmed = false", "confirmed = true", 2), encoding="utf-8")
    paper = read_paper(file)
    assert [t.id for t in paper.tables] == ["T1", "T2"]
    assert (paper.notes[0].code, paper.notes[0].values["count"]) == ("audit_import.left_out", 4)
    assert "T3" not in " ".join(regio.audit(file).findings["where"])


def test_edited_meanings_reach_the_audit(document: Path, tmp_path: Path) -> None:
    file = tmp_path / "paper.audit.toml"
    text = propose(document).corrected("T4", confirmed=True).toml()
    text = text.replace('brackets = "se"', 'brackets = "t"').replace(
        '{ "*" = "0.1", "**" = "0.05", "***" = "0.01" }', '{ "*" = "5%", "**" = "1%", "***" = "0.1%" }'
    )
    file.write_text(text, encoding="utf-8")
    table = read_paper(file).tables[0]
    assert table.values["paren_claimed"] == "t-statistics"
    assert "*** p<0.001, ** p<0.01, * p<0.05" in table.note
    assert "括号内为" in table.note
    for old, new, fragment in (
        ('brackets = "t"', 'brackets = "sd"', "t, se, p"),
        ('"5%"', '"five"', "five"),
        ("confirmed = true", 'confirmed = "yes"', "true or false"),
        ('kind = "regression"', 'kind = "regresion"', "regression"),
    ):
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(DataError, match=fragment):
            read_paper(file)


def test_corrections(document: Path) -> None:
    proposal = propose(document)
    fixed = proposal.corrected("T4", brackets="p", star_levels={1: 0.05}, dependents=["a", "b", "c", "d"])
    assert (fixed["T4"].brackets, fixed["T4"].star_levels, fixed["T4"].table.models[3].dependent) == ("p", {1: 0.05}, "d")
    assert proposal["T4"].brackets == "se"
    assert proposal.corrected("T3", kind="variables")["T3"].table.kind == "variables"
    for wrong in ({"kind": "vif"}, {"kind": "vifs"}, {"brackets": "sd"}, {"dependents": ["a"]}):
        with pytest.raises(ArgumentError):
            proposal.corrected("T4", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="T1, T2"):
        proposal.paper(confirmed=("T9",))


def test_unnamed_outcomes_are_never_taken_for_one(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("Table 1. Regression\n,East,West\nx,0.5***,0.2\n,(5.0),(1.0)\nN,100,90\n", encoding="utf-8")
    proposal = propose(file)
    assert [m.dependent for m in proposal["T1"].table.models] == ["?", "?"]
    assert [m.dependent for m in proposal.paper(confirmed=True).tables[0].models] == ["? East", "? West"]
    assert "dependent" in " ".join(e.code for e in proposal["T1"].evidence)


def test_the_command(document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "paper.audit.toml"
    assert start(["audit", str(document), "--language", "zh"]) == 0
    assert "已确认 0 个" in capsys.readouterr().out
    assert start(["audit", str(document), "--propose"]) == 1
    assert "exists already" in capsys.readouterr().err
    assert start(["audit", str(target)]) == 1
    assert "confirmed = true" in capsys.readouterr().err
    target.write_text(target.read_text(encoding="utf-8").replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    assert start(["audit", str(target)]) == 0
    other = tmp_path / "other.toml"
    capsys.readouterr()
    assert start(["audit", str(document), "--json", "--out", str(other)]) == 0
    stored = json.loads(capsys.readouterr().out)
    assert (stored["file"], stored["tables"][3]["brackets"], stored["tables"][3]["confirmed"]) == (str(other), "se", False)


def test_the_form(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["", "n", "maybe", "y", "c", "", "sd", "t", "5%, 1%", "", "y", "", ""])
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(answers)

    made = proposing.form(propose(document), "en", ask)
    assert [p.confirmed for p in made.tables] == [True, False, True, True, True, True]
    assert (made["T4"].brackets, made["T4"].star_levels) == ("t", {1: 0.05, 2: 0.01})
    out = capsys.readouterr().out
    assert "数字经济" in out
    assert "Brackets hold t, se, p, not sd" in out
    assert len(asked) == 13


@pytest.mark.parametrize(
    ("name", "content", "code", "fragments"),
    [
        ("p.doc", b"x", "old_format", ("Save it as .docx", "请另存为 .docx")),
        ("p.png", b"x", "unknown_format", (".docx", "文档")),
        ("p.docx", b"not a zip", "broken", ("cannot be read", "无法读取")),
        ("p.xlsx", b"not a zip", "broken", ("cannot be read", "无法读取")),
        ("p.pdf", b"%PDF-1.4 broken", "broken", ("cannot be read", "无法读取")),
        ("p.html", b"", "empty", ("is empty", "是空的")),
        ("p.html", b"<p>no table here</p>", "no_tables", ("No table", "未找到")),
    ],
)
def test_bad_documents(tmp_path: Path, name: str, content: bytes, code: str, fragments: tuple[str, str]) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        propose(file)
    assert caught.value.findings[0].code == f"audit_import.{code}"
    assert fragments[0] in caught.value.text("en")
    assert fragments[1] in caught.value.text("zh")


def test_a_scan_has_no_text_layer(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    pytest.importorskip("pdfplumber")
    figure = Figure()
    figure.add_subplot().imshow([[0, 1], [1, 0]])
    figure.axes[0].set_axis_off()
    file = tmp_path / "scan.pdf"
    figure.savefig(file)
    with pytest.raises(DataError) as caught:
        propose(file)
    assert caught.value.findings[0].code == "audit_import.scanned"
    assert "no text layer" in caught.value.text("en")
    assert "OCR" in caught.value.text("zh")


def test_a_document_is_not_audited_unseen(document: Path) -> None:
    with pytest.raises(DataError) as caught:
        regio.audit(document)
    assert caught.value.findings[0].code == "audit_import.propose_first"


def test_word_merges_changes_and_symbols(tmp_path: Path) -> None:
    """Tracked deletions are gone, raised and symbol signs are kept, merged cells are one."""
    import io

    import docx
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    made = document.add_table(rows=3, cols=3)
    made.cell(0, 1).merge(made.cell(0, 2)).text = "lnED"
    made.cell(1, 0).merge(made.cell(2, 0)).text = "x"
    paragraph = made.cell(1, 1).paragraphs[0]
    for xml in (
        "<w:r {0}><w:noBreakHyphen/><w:t>0.5</w:t></w:r>",
        "<w:del {0}><w:r><w:delText>9</w:delText></w:r></w:del>",
        '<w:r {0}><w:sym w:font="Symbol" w:char="F02A"/></w:r>',
    ):
        paragraph._p.append(parse_xml(xml.format(space)))
    made.cell(2, 1).paragraphs[0].add_run("R")
    made.cell(2, 1).paragraphs[0].add_run("2").font.superscript = True
    out = io.BytesIO()
    document.save(out)
    block = next(b for b in blocks("p.docx", out.getvalue()) if b.rows)
    assert block.rows == (("", "lnED", ""), ("x", "-0.5*", ""), ("", "R²", ""))
    assert set(block.spans) == {(0, 1, 0, 2), (1, 0, 2, 0)}


def test_pages_that_are_pictures_are_said_and_the_others_read(tmp_path: Path) -> None:
    sheets = [sheet(t, i, "en", 0) for i, t in enumerate(random_tables(0)[:1], 1)]
    file = tmp_path / "paper.pdf"
    file.write_bytes(compiled(typst_source(sheets) + "\n#page()[]\n#page()[]\n"))
    found = propose(file)
    assert len(found.tables) == 1
    assert [n.code for n in found.notes] == ["audit_import.picture_pages"]
    assert len(found.notes[0].values["pages"]) == 2
    assert found.notes[0].text("en") != found.notes[0].text("zh")


def test_numbers_that_narrow_cells_broke_are_joined() -> None:
    """As a word processor sets a table without rules: the last digits and the stars stand in a line of their own, a minus in the line above."""

    def line(y: float, *cells: tuple[str, float]) -> Line:
        return Line(tuple(Word(t, x, x + 6.0 * len(t), y, y + 11, 11.0) for t, x in cells))

    lines = [
        line(0, ("Variable", 90), ("y", 150), ("x1", 212), ("x2", 275)), line(14, ("names", 90)),
        line(39, ("y", 90), ("1.000", 150)),
        line(64, ("x1", 90), ("0.3523", 150), ("1.000", 212)), line(79, ("7***", 150)),
        line(104, ("x2", 90), ("0.1793", 150), ("−", 212), ("1.000", 275)), line(119, ("3***", 150), ("0.0092", 212)),
        line(144, ("x3", 90), ("0.4229", 150), ("0.0597", 212), ("0.0854", 275)),
    ]  # fmt: skip
    block = read_table(lines, [], (90.0, 320.0))
    assert block is not None
    assert block.rows[0] == ("Variable names", "y", "x1", "x2")
    assert block.rows[2:] == (("x1", "0.35237***", "1.000", ""), ("x2", "0.17933***", "−0.0092", "1.000"), ("x3", "0.4229", "0.0597", "0.0854"))
