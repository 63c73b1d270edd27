"""How many cells of printed tables come back when a document is read: by format, by generator, by kind of table; and how long it takes.

python bench/audit_import.py [papers]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "auditing"))

from printed_papers import Sheet, compiled, random_tables, score, sheet, text_file, typst_source, web_page, word_file, workbook
from test_import_rates import OWN, own_tables, own_truth

from regio.auditing import propose
from regio.auditing.paper import PaperTable
from regio.exhibits.render.latex import PACKAGES, latex
from regio.exhibits.style import Style

Case = tuple[str, str, bytes, Sequence[PaperTable], bool]


def cases(papers: int, folder: Path) -> Iterator[Case]:
    for seed in range(papers):
        for language in ("en", "zh"):
            sheets = [sheet(t, i, language, seed) for i, t in enumerate(random_tables(seed), 1)]
            yield from _plain(sheets, seed, language, folder)
    for language in ("en", "zh"):
        for style in (Style(), Style(brackets="std_error", decimals=2), Style(decimals=4)):
            tables = [(f"Table {i}" if language == "en" else f"表{i}", p) for i, p in enumerate(own_tables(language, style), 1)]
            truths = [own_truth(p) for _, p in tables]
            for ending, make in OWN.items():
                yield f"Regio, {ending}", ending, make(tables, language), truths, False
            if (made := _latex([latex(p) for _, p in tables], language, folder)) is not None:
                yield "Regio, LaTeX to PDF", "pdf", made, truths, False


def _plain(sheets: Sequence[Sheet], seed: int, language: str, folder: Path) -> Iterator[Case]:
    truths = [s.truth for s in sheets]
    plain = word_file(sheets, ruled=seed % 2 == 1, raised=seed % 3 == 0)
    yield "plain, docx", "docx", plain, truths, True
    yield "plain, docx, stars in a column", "docx", word_file(sheets, apart=True), truths, True
    yield "plain, html", "html", web_page(sheets, caption=seed % 3 != 1, encoding="gb18030" if language == "zh" and seed % 3 == 2 else "utf-8"), truths, True
    yield "plain, csv", "csv", text_file(sheets), truths, True
    yield "plain, xlsx", "xlsx", workbook(sheets), truths, True
    yield "plain, pdf, three lines", "pdf", compiled(typst_source(sheets, inset=3.0 + seed % 3)), truths, True
    yield "plain, pdf, full grid", "pdf", compiled(typst_source(sheets, gridded=True, inset=3)), truths, True
    if shutil.which("chromium"):
        side = ("left", "right", "center")[seed % 3]
        yield "web page to PDF, no room between columns", "pdf", _touching(sheets, side, folder), truths, True
    if shutil.which("soffice"):
        (folder / "plain.docx").write_bytes(plain)
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "plain.docx")], capture_output=True, check=True)
        name = "grid" if seed % 2 else "no rule at all, wrapped cells"
        yield f"Word to PDF, {name}", "pdf", (folder / "plain.pdf").read_bytes(), truths, True


def _touching(sheets: Sequence[Sheet], side: str, folder: Path) -> bytes:
    """Tables of a web page without room between their columns, printed by a browser."""
    style = f"<style>table{{border-collapse:collapse}}td{{padding:0;border:0}}td+td{{text-align:{side}}}</style>"
    (folder / "page.html").write_bytes(style.encode() + web_page(sheets, caption=False))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}", "--no-pdf-header-footer"]
    subprocess.run(["chromium", *options, f"--print-to-pdf={folder / 'page.pdf'}", str(folder / "page.html")], capture_output=True, check=True)
    return (folder / "page.pdf").read_bytes()


def _latex(tables: Sequence[str], language: str, folder: Path) -> bytes | None:
    if not shutil.which("xelatex"):
        return None
    group = "ctexart" if language == "zh" else "article"
    packages = "".join(f"\\usepackage{{{name}}}\n" for name in (*PACKAGES, "amssymb", *(("fontspec",) if language == "en" else ())))
    text = f"\\documentclass{{{group}}}\n{packages}\\usepackage[margin=25mm]{{geometry}}\n\\begin{{document}}\n{''.join(tables)}\\end{{document}}\n"
    (folder / "main.tex").write_text(text, encoding="utf-8")
    subprocess.run(["xelatex", "-interaction=nonstopmode", "main.tex"], cwd=folder, capture_output=True, check=False)
    made = folder / "main.pdf"
    return made.read_bytes() if made.exists() else None


def main(papers: int) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    tables: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, ending, content, truths, effects in cases(papers, folder):
            file = folder / f"paper.{ending}"
            file.write_bytes(content)
            start = time.perf_counter()
            found = {p.table.id: p.table for p in propose(file).tables}
            seconds[name] += time.perf_counter() - start  # type: ignore[assignment]
            for i, truth in enumerate(truths, 1):
                table = found.get(f"T{i}")
                if table is not None and not effects:
                    table = replace(table, models=tuple(replace(m, effects={}) for m in table.models))
                a, b, _ = score(truth, table)
                for key in (name, f"  {truth.kind}"):
                    right[key] += a
                    total[key] += b
                    tables[key] += 1
    print("| document | tables | cells | right | seconds a table |\n|---|---|---|---|---|")
    for name in total:
        print(f"| {name.strip()} | {tables[name]} | {total[name]:,} | {right[name] / total[name]:.1%} | {seconds[name] / tables[name]:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
