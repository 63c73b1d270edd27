"""References obey the rules of the forms that they are printed in: GB/T 7714-2015, BibTeX, RIS."""

from __future__ import annotations

import re

import pytest

from regio.report.citing import author_year, bibtex, gbt, ris
from regio.report.references import Work, bibliography

WORKS = tuple(bibliography().values())
GBT_ARTICLE = re.compile(r"^[^\[]+\. .+\[J\]\. .+, \d{4}(, \d+)?(\([\d/-]+\))?: [\d-]+\.( DOI:\S+\.)?$")
GBT_BOOK = re.compile(r"^[^\[]+\. .+\[[MD]\]\.( \d(nd|rd|th) ed\.)? [^:]+: .+, \d{4}\.( DOI:\S+\.)?$")
GBT_PART = re.compile(r"^[^\[]+\. .+\[[MC]\]//.+\. [^:]+: .+, \d{4}: [\d-]+\.( DOI:\S+\.)?$")
GBT_REPORT = re.compile(r"^[^\[]+\. .+\[R(/OL)?\]\. .*\d{4}\.( http\S+\.)?$")
GBT_FORMS = {"article": GBT_ARTICLE, "book": GBT_BOOK, "thesis": GBT_BOOK, "chapter": GBT_PART, "proceedings": GBT_PART, "report": GBT_REPORT}
RIS_TAGS = {"TY", "AU", "ED", "PY", "TI", "TT", "JO", "BT", "VL", "IS", "M1", "SP", "EP", "ET", "PB", "CY", "DO", "UR", "LA", "ID", "ER"}


def each(function: object) -> object:
    return pytest.mark.parametrize("work", WORKS, ids=lambda work: work.key)(function)


def work(key: str) -> Work:
    return bibliography()[key]


@each
def test_gbt_has_the_form_of_its_kind(work: Work) -> None:
    line = gbt(work)
    assert GBT_FORMS[work.type].match(line), line
    assert "–" not in line.replace(work.title, "")
    named = line.split(". ")[0].split(", ")
    more = "等" if work.language == "zh" else "et al"
    assert (named[-1] == more) == (len(work.authors) > 3)
    for name in named[: min(3, len(work.authors))]:
        if not work.institutions and work.language == "en":
            assert re.fullmatch(r"[\w'’ -]+?( \w)+", name), name
            assert name.upper() == name


@each
def test_bibtex_is_plain_tex(work: Work) -> None:
    entry = bibtex([work])
    assert re.match(r"@(article|book|incollection|inproceedings|phdthesis|techreport|unpublished)\{\w+,\n", entry)
    assert entry.count("{") == entry.count("}")
    assert "title = {{" in entry  # so that no style takes capitals away
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))
    assert all("–" not in value and not re.search(r"(?<!\\)[&%#]", value) for name, value in fields.items() if name not in ("doi", "url"))
    assert re.fullmatch(r"[\d-]+", fields.get("pages", "1"))
    assert not re.search(r"(?<!-)-(?!-)", fields.get("pages", ""))
    assert "---" not in fields["title"] or work.language == "en"
    if fields.get("langid") != "chinese":
        assert not re.search(r"[一-鿿]", entry)


@each
def test_ris_has_known_tags_in_their_order(work: Work) -> None:
    lines = ris([work]).split("\r\n")
    assert lines[-2] == "ER  - "
    tags = [line[:2] for line in lines[:-1]]
    assert tags[0] == "TY"
    assert set(tags) <= RIS_TAGS
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert tags.count("AU") == len([name for name in work.authors if name != "others"])


def test_a_doi_belongs_to_one_work() -> None:
    found = [work.doi.lower() for work in WORKS if work.doi]
    assert len(found) == len(set(found))


def test_years_and_volumes_run_the_same_way() -> None:
    """A journal's volumes grow with the years: what is typed wrong in either stands out."""
    journals = {work.journal for work in WORKS if work.volume}
    for journal in journals:
        found = sorted((work.year, int(work.volume)) for work in WORKS if work.journal == journal and work.volume)
        assert [volume for _, volume in found] == sorted(volume for _, volume in found), journal


def test_known_lines() -> None:
    assert gbt(work("hansen1999")) == (
        "HANSEN B E. Threshold effects in non-dynamic panels: estimation, testing, and inference[J]. Journal of Econometrics, 1999, 93(2): 345-368. "
        "DOI:10.1016/S0304-4076(99)00025-1."
    )
    assert (
        gbt(work("wang2021")) == "王淑佳, 孔伟, 任亮, 等. 国内耦合协调度模型的误区及修正[J]. 自然资源学报, 2021, 36(3): 793-810. DOI:10.31497/zrzyxb.20210319."
    )
    assert gbt(work("jiang2022")) == "江艇. 因果推断经验研究中的中介效应与调节效应[J]. 中国工业经济, 2022(5): 100-120."
    assert gbt(work("baltagi2021")) == "BALTAGI B H. Econometric Analysis of Panel Data[M]. 6th ed. Cham: Springer, 2021."
    assert "[C]//VAN DER WALT S, MILLMAN J. Proceedings of the 9th Python in Science Conference. Austin: SciPy, 2010: 56-61." in gbt(work("mckinney2010"))
    assert author_year(work("jenks1977")).endswith("choropleth maps. Occasional Paper 2. Lawrence: Department of Geography, University of Kansas.")
    assert "edition = {Sixth}" in bibtex([work("baltagi2021")])
    assert "journal = {Journal of Business \\& Economic Statistics}" in bibtex([work("hansen2017")])
    assert "{{Local indicators of spatial association---LISA}}" in bibtex([work("anselin1995")])
    assert "`benefit of the doubt'" in bibtex([work("cherchye2007")])
    assert "分类体系——以珠江三角洲" in bibtex([work("liao1999")])
    assert "TY  - CPAPER" in ris([work("shepard1968")])
