"""References in the forms that people hand in: BibTeX, RIS, GB/T 7714-2015, and author-year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regio.language import JOINED, Language
from regio.report.references import Work

BIBTEX = {"article": "article", "book": "book", "chapter": "incollection", "proceedings": "inproceedings", "thesis": "phdthesis", "report": "techreport"}
RIS = {"article": "JOUR", "book": "BOOK", "chapter": "CHAP", "proceedings": "CPAPER", "thesis": "THES", "report": "RPRT"}
GBT = {"article": "J", "book": "M", "chapter": "M", "proceedings": "C", "thesis": "D", "report": "R"}
EDITIONS = {"2": "Second", "3": "Third", "4": "Fourth", "5": "Fifth", "6": "Sixth"}  # BibTeX asks for the word
SHOWN_AUTHORS = 3  # of GB/T 7714
SPECIAL = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "χ²": r"$\chi^2$", "–": "--", "—": "---", "“": "``", "”": "''"}


def bibtex(works: Sequence[Work]) -> str:
    """A ``.bib`` file in UTF-8."""
    return "\n".join(_bibtex(work) for work in works)


def _bibtex(work: Work) -> str:
    kind = BIBTEX[work.type] if work.publisher or work.type != "report" else "unpublished"
    where = "institution" if work.type == "report" else "school" if work.type == "thesis" else "publisher"
    values = {
        "author": _names_of_bibtex(work.authors, work),
        "title": f"{{{work.title if work.language == 'zh' else _tex(work.title)}}}",
        "journal": _tex(work.journal),
        "booktitle": _tex(work.book),
        "editor": _names_of_bibtex(work.editors, work),
        "edition": EDITIONS.get(work.edition, work.edition),
        "year": str(work.year),
        "volume": work.volume,
        "number": _tex(work.issue),
        "note" if kind == "unpublished" else "type": _tex(work.number),
        "pages": _tex(work.pages),
        where: _tex(work.publisher),
        "address": _tex(work.place),
        "doi": work.doi,
        "url": work.url,
        "langid": "chinese" if work.language == "zh" else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items() if value and value != "{}")
    return f"@{kind}{{{work.key},\n{lines}}}\n"


def _names_of_bibtex(names: Sequence[str], work: Work) -> str:
    return " and ".join(f"{{{name}}}" if work.institutions and name != "others" else _tex(name) for name in names)


def _tex(text: str) -> str:
    opened = re.sub(r"(?<!\w)'(?=\w)", "`", text)
    return re.sub("|".join(map(re.escape, SPECIAL)), lambda found: SPECIAL[found.group()], opened)


def ris(works: Sequence[Work]) -> str:
    """A ``.ris`` file, which reference managers read."""
    return "\r\n".join(_ris(work) for work in works)


def _ris(work: Work) -> str:
    first, _, last = work.pages.partition("–")
    values = [("TY", RIS[work.type]), *(("AU", name) for name in work.authors if name != "others"), *(("ED", name) for name in work.editors)]
    values += [("PY", str(work.year)), ("TI", work.title), ("TT", work.english), ("JO", work.journal), ("BT", work.book), ("VL", work.volume)]
    values += [("IS", _hyphen(work.issue)), ("M1", work.number), ("SP", first), ("EP", last), ("ET", work.edition), ("PB", work.publisher)]
    values += [("CY", work.place), ("DO", work.doi), ("UR", work.url), ("LA", work.language), ("ID", work.key)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in values if value) + "ER  - \r\n"


def cited(work: Work, language: Language) -> str:
    """A work in a list of references: GB/T 7714-2015 for readers of Chinese, author and year for others."""
    return gbt(work) if language == "zh" else author_year(work)


def gbt(work: Work) -> str:
    """GB/T 7714-2015: three authors, then 等 or et al; type of the work in brackets."""
    title = f"{work.title}: {work.number}" if work.number else work.title
    parts = [f"{_gbt_names(work.authors, work)}. {title}[{GBT[work.type]}{'/OL' if work.url else ''}]"]
    if work.type == "article":
        volume = f", {work.volume}" if work.volume else ""
        issue = f"({_hyphen(work.issue)})" if work.issue else ""
        pages = f": {_hyphen(work.pages)}" if work.pages else ""
        return f"{parts[0]}. {work.journal}, {work.year}{volume}{issue}{pages}.{_doi(work)}"
    edition = f" {_ordinal(work.edition)} ed." if work.edition else ""
    if work.book:
        editors = f"{_gbt_names(work.editors, work)}. " if work.editors else ""
        parts[0] += f"//{editors}{work.book}"
    place = ": ".join(p for p in (work.place, work.publisher) if p)
    published = f"{place}, {work.year}" if place else str(work.year)
    pages = f": {_hyphen(work.pages)}" if work.pages else ""
    return f"{parts[0]}.{edition} {published}{pages}.{_doi(work)}{' ' + work.url + '.' if work.url else ''}"


def _gbt_names(names: Sequence[str], work: Work) -> str:
    cut = [name for name in names if name != "others"]
    more = len(cut) > SHOWN_AUTHORS or len(cut) < len(names)
    shown = [name if work.institutions or work.language == "zh" else _gbt_name(name) for name in cut[:SHOWN_AUTHORS]]
    return ", ".join(shown) + ((", 等" if work.language == "zh" else ", et al") if more else "")


def _gbt_name(name: str) -> str:
    """``Hansen, B. E.`` → ``HANSEN B E``."""
    family, _, given = name.partition(", ")
    return f"{family.upper()} {given.replace('.', '').replace('-', ' ')}".strip()


def _hyphen(text: str) -> str:
    return text.replace("–", "-")


def _doi(work: Work) -> str:
    return f" DOI:{work.doi}." if work.doi else ""


def _ordinal(edition: str) -> str:
    return f"{edition}{'nd' if edition == '2' else 'rd' if edition == '3' else 'th'}"


def author_year(work: Work) -> str:
    """Authors, year, title, where it appeared; a work in Chinese in English with its own title behind it."""
    names = _listed([name for name in work.latin or work.authors if name != "others"], more="others" in work.authors)
    title = f"{work.english} ({work.title})" if work.english else work.title
    doi = f" https://doi.org/{work.doi}" if work.doi else ""
    if work.type == "article":
        journal = work.journal_en or work.journal
        issue = f"({work.issue})" if work.issue else ""
        place = f"{journal} {work.volume}{issue}" if work.volume else f"{journal}{' ' + issue if issue else ''}"
        return f"{names} ({work.year}). {title}. {place}{', ' + work.pages if work.pages else ''}.{doi}"
    edition = f", {_ordinal(work.edition)} edition" if work.edition else ""
    book = f" In {_listed(list(work.editors))} (eds.), {work.book}" if work.editors else f" In {work.book}" if work.book else ""
    pages = f", {work.pages}" if work.pages else ""
    place = ": ".join(p for p in (work.place, work.publisher) if p)
    end = f"{book}{pages}." if book else f" {work.number}." if work.number else ""
    return f"{names} ({work.year}). {title}{edition}.{end}{' ' + place + '.' if place else ''}{doi}{' ' + work.url if work.url else ''}"


def _listed(names: list[str], *, more: bool = False) -> str:
    if more:
        return ", ".join([*names, "et al."])
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def short(work: Work, language: Language) -> str:
    """As in a sentence: Hansen (1999), 王劲峰和徐成东 (2017)."""
    own = language == "zh" and work.language == "zh"
    names = [name if own or work.institutions else name.partition(",")[0] for name in (work.authors if own else work.latin or work.authors) if name != "others"]
    more = len(names) > 2 or "others" in work.authors
    several = f"{names[0]}等" if language == "zh" else f"{names[0]} et al."
    who = several if more else (("和" if own else " 和 ") if language == "zh" else " and ").join(names)
    return f"{who}（{work.year}）" if language == "zh" else f"{who} ({work.year})"


def shorts(works: Sequence[Work], language: Language) -> str:
    """Several works in a sentence."""
    return JOINED[language].join(short(work, language) for work in works)
