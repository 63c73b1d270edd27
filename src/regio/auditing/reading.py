"""A paper file, JSON or TOML, checked and turned into a ``Paper``. All mistakes are reported at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from regio.auditing.paper import KINDS, MODEL_VALUES, Claim, Fact, Model, Paper, PaperTable, Place, Sample, Term, Value
from regio.auditing.proposing.file import DOCUMENTS, prepared
from regio.contract.finding import DataError, Finding, Position, error, suggestion

PAPER_KEYS = (
    "paper", "name", "title", "source", "sample", "sample_claimed", "tables", "claims", "hypotheses", "variables", "names", "facts", "text",
    "equations", "figures", "software_claimed", "statistics_in_text",
)  # fmt: skip
TABLE_KEYS = (
    "id", "kind", "label", "title", "note", "location", "place", "rows", "entries", "models", "values", "variables", "available", "body_available", "columns",
    "mean_vif", "replications", "paren_claimed", "years", "factor_names", "observations", "column", "overall", "alpha", "beta",
    "variables_printed", "row_labels_printed",
    "what_the_text_says", "columns_described",
)  # fmt: skip
MODEL_KEYS = ("col", "dependent", "terms", "values", "effects", "effects_printed", "stage", *MODEL_VALUES)
LISTS = {"ci_percentile": ("percentile_low", "percentile_high"), "ci_bias_corrected": ("corrected_low", "corrected_high")}
FREE = ("variables", "indicator_system", "scale_mapping")  # kinds whose cells are words
WORDS = ("indicator", "var", "row", "col", "effect", "interval_printed", "type", "factor", "first", "second", "unit", "grade", "test", "group", "subject",
         "measure", "of", "source", "stars", "domain", "dimension", "period", "moderator", "column", "restricted", "unrestricted")  # fmt: skip


def read(source: Path | str | Mapping[str, Any]) -> Paper:
    """See ``paper.read_paper``."""
    path = None if isinstance(source, Mapping) else Path(source)
    reader = _Reader("" if path is None else str(path), "paper" if path is None else path.stem)
    raw, left_out = prepared(source if isinstance(source, Mapping) else _load(Path(source)), reader.file)
    reader.notes += left_out
    return reader.paper(raw)


def _load(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise DataError(error("audit.no_file", Position(str(path)), file=str(path)))
    if path.suffix.lower() in DOCUMENTS:
        raise DataError(error("audit_import.propose_first", Position(path.name), found=path.suffix, file=path.name))
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    if path.suffix.lower() not in (".json", ".toml"):
        raise DataError(error("audit.no_paper_file", Position(path.name), found=path.suffix or path.name))
    try:
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except json.JSONDecodeError as problem:
        raise DataError(error("audit.syntax", Position(str(path), line=problem.lineno), problem=problem.msg)) from None
    except tomllib.TOMLDecodeError as problem:
        raise DataError(error("audit.syntax", Position(str(path)), problem=str(problem))) from None
    if not isinstance(content, Mapping):
        raise DataError(error("audit.not_a_mapping", Position(str(path)), found=type(content).__name__))
    return content


class _Reader:
    def __init__(self, file: str, stem: str) -> None:
        self.file, self.stem = file, stem
        self.problems: list[Finding] = []
        self.notes: list[Finding] = []

    def wrong(self, code: str, place: str, **values: Any) -> None:
        self.problems.append(error(code, f"{self.file}: {place}" if self.file else place, **values))

    def note(self, code: str, place: str, **values: Any) -> None:
        self.notes.append(Finding(code, values, "note", f"{self.file}: {place}" if self.file else place))

    def paper(self, raw: Mapping[str, Any]) -> Paper:
        self._unknown(raw, PAPER_KEYS, "")
        source = self._mapping(raw.get("source", {}), "source")
        tables = [self._table(t, f"tables[{i + 1}]") for i, t in enumerate(self._list(raw.get("tables", []), "tables"))]
        tables += _from_statistics(raw.get("statistics_in_text", {}), self)
        claims = [self._claim(c, f"claims[{i + 1}]") for i, c in enumerate(self._list(raw.get("claims", []), "claims"))]
        facts = [self._fact(f, f"facts[{i + 1}]") for i, f in enumerate(self._list(raw.get("facts", []), "facts"))]
        found = Paper(
            name=self._text(raw.get("paper", raw.get("name", self.stem)), "paper"),
            title=self._text(raw.get("title", source.get("title") or ""), "title"),
            sample=self._sample(raw.get("sample", raw.get("sample_claimed", {}))),
            tables=tuple(t for t in tables if t),
            claims=tuple(c for c in claims if c),
            hypotheses=self._texts(raw.get("hypotheses", {}), "hypotheses"),
            variables=self._texts(raw.get("variables", {}), "variables"),
            names=self._texts(raw.get("names", {}), "names"),
            facts=tuple(f for f in facts if f),
            text=self._text(raw.get("text", ""), "text"),
            notes=tuple(self.notes),
        )
        self._twice([t.id for t in found.tables], "tables")
        if not found.tables and not found.claims and not found.text:
            self.wrong("audit.empty", "tables")
        if self.problems:
            raise DataError(*self.problems)
        return found

    def _sample(self, raw: Any) -> Sample:
        raw = self._mapping(raw, "sample")
        regions = {str(k): tuple(map(str, v)) for k, v in self._mapping(raw.get("regions") or {}, "sample.regions").items() if isinstance(v, Sequence)}
        first, last = (self._count(raw.get(f"{end}_period", raw.get(f"{end}_year")), f"sample.{end}_period") for end in ("first", "last"))
        if first is not None and last is not None and first > last:
            self.wrong("audit.periods", "sample", first=first, last=last)
        return Sample(str(raw.get("unit") or ""), self._count(raw.get("units"), "sample.units"), first, last, regions)

    def _count(self, raw: Any, place: str) -> int | None:
        if raw is None:
            return None
        try:
            return int(raw)
        except (TypeError, ValueError):
            self.wrong("audit.not_a_count", place, found=raw)
            return None

    def _table(self, raw: Any, place: str) -> PaperTable | None:
        raw = self._mapping(raw, place)
        id_ = str(raw.get("id") or "")
        place = f"{place} ({id_})" if id_ else place
        if not id_:
            self.wrong("audit.no_id", place)
            return None
        available = bool(raw.get("body_available", raw.get("available", True)))
        kind = str(raw.get("kind") or "")
        if kind not in (*KINDS, "regression") and available:
            self.wrong("audit.unknown_kind", place, found=kind, kinds=(*KINDS, "regression"), near=suggestion(kind, (*KINDS, "regression")))
            return None
        self._unknown(raw, (*TABLE_KEYS, "extraction_note"), place)
        values = self._cells(self._mapping(raw.get("values", {}), f"{place}.values"), f"{place}.values")
        for key in ("mean_vif", "replications", "paren_claimed", "observations", "overall", "alpha", "beta", "column"):
            if key in raw:
                values[key] = self._cell(raw[key], f"{place}.{key}")
        where = self._mapping(raw.get("location", raw.get("place", {})), f"{place}.location")
        models = tuple(m for i, x in enumerate(self._list(raw.get("models", []), f"{place}.models")) if (m := self._model(x, f"{place}.models[{i + 1}]")))
        rows = [
            row
            for i, x in enumerate(self._list(raw.get("rows", raw.get("entries", [])), f"{place}.rows"))
            for row in self._rows(x, kind, f"{place}.rows[{i + 1}]")
        ]
        if available and not (raw.get("rows") or raw.get("entries") or raw.get("models")):
            self.wrong("audit.no_rows", place, needs="models" if kind == "regression" else "rows")
        self._twice([m.col for m in models], f"{place}.models")
        return PaperTable(
            id=id_,
            kind=kind,
            label=str(raw.get("label") or ""),
            title=str(raw.get("title") or ""),
            note=str(raw.get("note") or ""),
            place=Place(str(where.get("section") or ""), int(where.get("line") or 0)),
            rows=tuple(rows),
            models=models,
            values=values,
            variables=tuple(map(str, raw.get("variables", ()) or ())),
            available=available,
        )

    def _rows(self, raw: Any, kind: str, place: str) -> Iterable[dict[str, str]]:
        raw = dict(self._mapping(raw, place))
        for key, names in LISTS.items():
            if isinstance(ends := raw.pop(key, None), Sequence) and len(ends) == len(names):
                raw |= dict(zip(names, ends, strict=True))
        nested = {k: v for k, v in raw.items() if isinstance(v, Mapping)}
        flat = self._cells({k: v for k, v in raw.items() if k not in nested}, place)
        for row in [flat | self._cells(v, f"{place}.{k}") | {"period": k} for k, v in nested.items()] or [flat]:
            needed, known = KINDS.get(kind, ((), ()))
            missing = [name for name in needed if not row.get(name)]
            heading = missing and any(k.endswith("_printed") for k in row)  # the label of a group, on a row of its own
            if missing and not heading:
                self.wrong("audit.missing_cell", place, missing=tuple(missing), kind=kind)
            elif not heading:
                if kind not in FREE:
                    self._unknown(row, (*needed, *known, *WORDS), place)
                yield row

    def _model(self, raw: Any, place: str) -> Model | None:
        raw = self._mapping(raw, place)
        missing = [k for k in ("col", "dependent", "terms") if not raw.get(k)]
        if missing:
            self.wrong("audit.missing_cell", place, missing=tuple(missing), kind="regression")
            return None
        self._unknown(raw, MODEL_KEYS, place, free=True)
        values = self._cells(self._mapping(raw.get("values", {}), place), place)
        values |= self._cells({k: v for k, v in raw.items() if k not in ("col", "dependent", "terms", "values", "effects", "effects_printed", "stage")}, place)
        terms = [self._term(t, f"{place}.terms[{i + 1}]") for i, t in enumerate(self._list(raw["terms"], place))]
        effects = self._texts(raw.get("effects_printed", raw.get("effects", {})), f"{place}.effects")
        found = tuple(t for t in terms if t)
        self._twice([t.var for t in found], place)
        return Model(str(raw["col"]), str(raw["dependent"]), found, values, effects, str(raw.get("stage") or ""))

    def _term(self, raw: Any, place: str) -> Term | None:
        raw = self._mapping(raw, place)
        if not raw.get("var") or "coef" not in raw:
            self.wrong("audit.missing_cell", place, missing=tuple(k for k in ("var", "coef") if k not in raw), kind="regression")
            return None
        self._unknown(raw, ("var", "coef", "stars", "paren", "label_printed"), place)
        cells = self._cells(raw, place)
        return Term(cells["var"], cells["coef"], cells.get("stars", ""), cells.get("paren", ""), cells.get("label_printed", ""))

    def _claim(self, raw: Any, place: str) -> Claim | None:
        raw = self._mapping(raw, place)
        if not raw.get("id"):
            self.wrong("audit.no_id", place)
            return None
        where = self._mapping(raw.get("location", {}), place)
        values = []
        for i, v in enumerate(self._list(raw.get("values", []), place)):
            v = self._mapping(v, f"{place}.values[{i + 1}]")
            if not v.get("name") or "printed" not in v:
                self.wrong("audit.missing_cell", f"{place}.values[{i + 1}]", missing=("name", "printed"), kind="claim")
                continue
            self._unknown(v, ("name", "printed", "unit", "at", "subject", "period", "measure", "of"), place)
            values.append(Value(**{k: self._cell(x, place) for k, x in v.items() if k in Value.__slots__}))
        about = tuple(map(str, raw.get("about") or ()))
        return Claim(str(raw["id"]), str(raw.get("kind") or ""), str(raw.get("quote") or ""), tuple(values), about, _place(where))

    def _fact(self, raw: Any, place: str) -> Fact | None:
        cells = self._cells(self._mapping(raw, place), place)
        if not cells.get("subject") or not cells.get("printed"):
            self.wrong("audit.missing_cell", place, missing=("subject", "printed"), kind="facts")
            return None
        return Fact(**{k: v for k, v in cells.items() if k in Fact.__slots__})

    def _cells(self, raw: Mapping[str, Any], place: str) -> dict[str, str]:
        return {str(k): self._cell(v, f"{place}.{k}") for k, v in raw.items() if v is not None}

    def _cell(self, value: Any, place: str) -> str:
        """A printed cell; whole numbers lose nothing when they are not quoted, decimals may."""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, float):
            self.wrong("audit.not_a_string", place, found=repr(value))
        elif isinstance(value, list):
            return ", ".join(map(str, value))
        else:
            self.wrong("audit.not_a_text", place, found=type(value).__name__)
        return ""

    def _mapping(self, raw: Any, place: str) -> Mapping[str, Any]:
        if isinstance(raw, Mapping):
            return raw
        self.wrong("audit.not_a_mapping", place, found=type(raw).__name__)
        return {}

    def _list(self, raw: Any, place: str) -> list[Any]:
        if isinstance(raw, list | tuple):
            return list(raw)
        self.wrong("audit.not_a_list", place, found=type(raw).__name__)
        return []

    def _text(self, raw: Any, place: str) -> str:
        if isinstance(raw, str | int) or raw is None:
            return str(raw or "") if not isinstance(raw, int) else str(raw)
        self.wrong("audit.not_a_text", place, found=type(raw).__name__)
        return ""

    def _texts(self, raw: Any, place: str) -> dict[str, str]:
        return {str(k): self._text(v, f"{place}.{k}") for k, v in self._mapping(raw, place).items()}

    def _unknown(self, raw: Mapping[str, Any], known: Sequence[str], place: str, *, free: bool = False) -> None:
        """Words that no check reads are remarked, with the near miss; those of the print itself (``…_printed``, ``…_note``) are welcome."""
        for key in raw:
            if key not in known and not key.endswith(("_printed", "_note")) and not (free and not suggestion(key, list(known))):
                self.note("audit.unknown_key", place or "paper", found=key, near=suggestion(key, list(known)))

    def _twice(self, names: Sequence[str], place: str) -> None:
        for name in {n for n in names if names.count(n) > 1}:
            self.wrong("audit.twice", place, found=name)


def _place(raw: Mapping[str, Any]) -> Place:
    return Place(str(raw.get("section") or ""), int(raw.get("line") or 0))


def _from_statistics(raw: Any, reader: _Reader) -> list[PaperTable]:
    """Statistics that the text quotes, as tables of their kinds."""
    raw = reader._mapping(raw, "statistics_in_text")
    found = []
    if isinstance(threshold := raw.get("threshold"), Mapping):
        rows = []
        for test in ("single", "double", "triple"):
            if isinstance(row := threshold.get(test), Mapping):
                cells = reader._cells(row, f"statistics_in_text.threshold.{test}")
                rows.append(
                    {"test": test}
                    | {_CRITICAL.get(k, k): v for k, v in cells.items()}
                    | ({"estimate": str(threshold["estimate"])} if test == "single" and "estimate" in threshold else {})
                )
        found.append(PaperTable("text.threshold", "threshold", rows=tuple(rows)))
    if isinstance(iv := raw.get("iv"), Mapping):
        cells = {_INSTRUMENT.get(k, k): v for k, v in reader._cells(iv, "statistics_in_text.iv").items()}
        found.append(PaperTable("text.iv", "instruments", rows=(cells,)))
    return found


_CRITICAL = {"crit_10pct": "critical_10", "crit_5pct": "critical_5", "crit_1pct": "critical_1"}
_INSTRUMENT = {"kp_rk_lm": "kp_lm", "kp_rk_lm_p": "kp_lm_p", "kp_rk_wald_f": "kp_f", "stock_yogo_crit": "stock_yogo"}
