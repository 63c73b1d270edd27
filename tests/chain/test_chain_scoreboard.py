"""The scoreboard: another industry from three tables, exact changes, ties, draws that do not depend on workers, the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regio
import regio.chain
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, EstimationError

SEGMENTS = "segment,stage\nyarn,fibre\ncloth,weaving\nshirt,sewing\n"
EDGES = "from,to\nyarn,cloth\ncloth,shirt\n"


def firms() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    places = ("Jiangsu", "Zhejiang", "Fujian", "Shandong", "Hubei")
    rows = []
    for i in range(40):
        place, segment, size = places[min(4, int(rng.integers(0, 7)) // 2)], ("yarn", "cloth", "shirt")[i % 3], rng.lognormal(3, 0.6)
        rows += [(f"T{i:02d}", place, segment, year, round(size * 1.1 ** (year - 2020), 2), int(rng.integers(0, 9))) for year in (2020, 2021, 2022)]
    return pd.DataFrame(rows, columns=["firm", "province", "segment", "year", "total_assets", "patents"])


@pytest.fixture
def textiles(tmp_path: Path) -> Path:
    """A study of another industry: three tables that a user brings."""
    folder = tmp_path / "textiles"
    folder.mkdir()
    (folder / "segments.csv").write_text(SEGMENTS, encoding="utf-8")
    (folder / "edges.csv").write_text(EDGES, encoding="utf-8")
    firms().to_csv(folder / "firms.csv", index=False)
    (tmp_path / "study.toml").write_text(
        'schema = 1\n[study]\nname = "textiles"\ntitle = { en = "Textiles", zh = "纺织" }\n[[source]]\nname = "chain"\nfrom = "textiles"\n'
        '[[step]]\nname = "board"\nkind = "chain.scoreboard"\n[report]\nlanguages = ["en", "zh"]\n'
        'exhibits = [{ show = "board/scoreboard", main = true }, { show = "board/chains" }, { show = "board/page", page = true }]\n',
        encoding="utf-8",
    )
    return tmp_path / "study.toml"


def test_a_second_industry_from_three_tables_on_a_page_without_a_word_about_cars(textiles: Path, tmp_path: Path) -> None:
    run = regio.run(textiles, tmp_path / "out")
    assert not run.failed
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    said = re.sub(r"<style.*?</style>|<script.*?</script>|data:[^\"']+", "", page, flags=re.S)
    assert "Jiangsu" in said
    assert "江苏" in said
    assert not re.search(CARS, said, re.I)
    for name in ("report.en.docx", "report.zh.docx", "report.en.pdf", "report.zh.pdf"):
        assert (tmp_path / "out" / name).stat().st_size > 5000
    printed = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert printed


CARS = r"\b(cars?|vehicles?|NEVs?|batter(y|ies)|automobiles?|automotive)\b|汽车|电池|整车"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_that_is_handed_on_is_one_page_in_word_and_as_a_pdf(textiles: Path, tmp_path: Path, language: str) -> None:
    import pdfplumber
    from docx import Document

    out = tmp_path / "out"
    regio.run(textiles, out)
    with pdfplumber.open(out / f"page.{language}.pdf") as pdf:
        assert len(pdf.pages) == 1
        text = pdf.pages[0].extract_text()
    document = Document(str(out / f"page.{language}.docx"))
    assert len(document.tables) == 1
    cells = " ".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    for place in ("Jiangsu", "Zhejiang") if language == "en" else ("江苏", "浙江"):
        assert place in text
        assert place in cells
    assert not re.search(CARS, text + cells, re.I)
    assert {"2020", "2021", "2022"} <= set(cells.split())


def test_the_page_holds_regions_chains_and_years() -> None:
    found = board(draws=60)
    page = found.table("page")
    last = found.scores.query("period == 2022").sort_values(["rank", "region"])
    assert page["region"].tolist() == last["region"].tolist()
    assert page["score.2022"].to_numpy() == pytest.approx(last["score"].to_numpy())
    assert (page["score.2022"] - page["score.2021"]).to_numpy() == pytest.approx(page["change"].to_numpy())
    chains = found.chains.query("period == 2022").pivot(index="region", columns="chain", values="score")
    assert page.set_index("region")["chain.weaving"].to_dict() == pytest.approx(chains["weaving"].to_dict())


def test_thirty_one_regions_and_five_chains_fit_on_the_page(tmp_path: Path) -> None:
    import pdfplumber

    from regio.regions import names

    folder = tmp_path / "wool"
    folder.mkdir()
    places = [text["en"] for code, text in names("china_provinces").items() if int(code) < 700000]
    tags = ("innovation", "technology", "industry", "value", "service")
    (folder / "segments.csv").write_text("segment,chains\n" + "".join(f"s{i},{tag}\n" for i, tag in enumerate(tags)), encoding="utf-8")
    (folder / "edges.csv").write_text("from,to\ns0,s1\n", encoding="utf-8")
    rows = [(f"F{p}.{i}", place, f"s{i}", year, (p * 7 + i * 3 + year) % 11 + 1) for p, place in enumerate(places) for i in range(5) for year in (2021, 2022)]
    pd.DataFrame(rows, columns=["firm", "region", "segment", "period", "total_assets"]).to_csv(folder / "firms.csv", index=False)
    (tmp_path / "study.toml").write_text(
        'schema = 1\n[study]\nname = "wool"\n[[source]]\nname = "chain"\nfrom = "wool"\n[[step]]\nname = "board"\nkind = "chain.scoreboard"\n'
        'draws = 50\n[report]\nlanguages = ["en"]\nexhibits = [{ show = "board/page", page = true }]\n',
        encoding="utf-8",
    )
    regio.run(tmp_path / "study.toml", tmp_path / "out")
    with pdfplumber.open(tmp_path / "out" / "page.en.pdf") as pdf:
        assert len(places) == 31
        assert len(pdf.pages) == 1


def test_a_second_run_computes_nothing_and_a_changed_table_does(textiles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = regio.run(textiles, out)
    again = regio.run(textiles, out)
    assert (first.reused, again.reused) == ((), ("board",))
    table = textiles.parent / "textiles" / "firms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("T01,", "T99,"), encoding="utf-8")
    assert regio.run(textiles, out).reused == ()


def board(**options: object) -> regio.chain.Scoreboard:  # type: ignore[name-defined]
    tables = {"segments": pd.DataFrame({"segment": ["yarn", "cloth", "shirt"], "stage": ["fibre", "weaving", "sewing"]}), "firms": firms()}
    return regio.chain.scoreboard(regio.chain.read(tables), **{"draws": 60, **options})


def test_scores_by_hand() -> None:
    """Sums by region, stage and year, scaled over regions and years, averaged over indicators and then stages."""
    table = firms().assign(firms=1.0).groupby(["province", "year", "segment"])[["firms", "total_assets", "patents"]].sum()
    wide = table.unstack("segment", fill_value=0.0)
    full = wide.reindex(pd.MultiIndex.from_product([wide.index.levels[0], (2020, 2021, 2022)]), fill_value=0.0)
    scaled = (full - full.min()) / (full.max() - full.min())
    expected = scaled.mean(axis=1).sort_index()
    found = board(draws=0).scores
    found["province"] = found["region"].map({"320000": "Jiangsu", "330000": "Zhejiang", "350000": "Fujian", "370000": "Shandong", "420000": "Hubei"})
    mine = found.set_index(["province", "period"])["score"].sort_index()
    np.testing.assert_allclose(mine.to_numpy(), expected.loc[mine.index].to_numpy(), atol=1e-12)


def test_a_change_is_the_sum_of_its_parts_and_the_reason_is_the_largest() -> None:
    found = board(draws=0)
    parts = found.contributions.groupby(["region", "period"])["contribution"].sum()
    changed = found.scores.dropna(subset=["change"]).set_index(["region", "period"])
    np.testing.assert_allclose(parts.loc[changed.index], changed["change"], atol=1e-12)
    for (region, period), row in changed.iterrows():
        own = found.contributions[(found.contributions["region"] == region) & (found.contributions["period"] == period)]
        if row["change"] > 0:
            assert own["contribution"].max() == pytest.approx(row["reason"])


def test_intervals_contain_the_rank_and_ties_go_down_the_table() -> None:
    last = board(draws=200).scores.query("period == 2022").sort_values("rank")
    assert ((last["rank_low"] <= last["rank"]) & (last["rank"] <= last["rank_high"])).all()
    assert last["tie"].is_monotonic_increasing
    assert last["tie"].iloc[0] == 1


def test_draws_depend_on_the_seed_and_not_on_workers() -> None:
    assert board(seed=1, draws=1100).to_dict() == board(seed=1, draws=1100, engine=Processes(2)).to_dict()
    assert any(board(seed=seed, draws=15).to_dict() != board(seed=1, draws=15).to_dict() for seed in range(2, 8))


def test_order_of_rows_and_unit_of_amounts_do_not_matter() -> None:
    def scores(table: pd.DataFrame) -> pd.Series:
        tables = {"segments": pd.DataFrame({"segment": ["yarn", "cloth", "shirt"]}), "firms": table}
        found = regio.chain.scoreboard(regio.chain.read(tables), draws=0).scores
        return found.set_index(["region", "period"])["score"].sort_index()

    usual = scores(firms())
    np.testing.assert_allclose(usual, scores(firms().sample(frac=1, random_state=1)), atol=1e-12)
    np.testing.assert_allclose(usual, scores(firms().assign(total_assets=lambda f: f["total_assets"] * 1000)), atol=1e-12)


def test_unknown_amounts_and_one_region_are_refused() -> None:
    with pytest.raises(ArgumentError, match="Did you mean patents"):
        board(indicators=("patent",))
    tables = {"segments": pd.DataFrame({"segment": ["yarn"]}), "firms": pd.DataFrame({"firm": ["a"], "region": ["x"], "segment": ["yarn"]})}
    with pytest.raises(EstimationError, match="two regions"):
        regio.chain.scoreboard(regio.chain.read(tables))


def test_a_step_of_a_chain_on_a_table_and_the_other_way_round_are_refused(textiles: Path) -> None:
    from regio.contract.finding import StudyError
    from regio.study.file import load

    text = textiles.read_text(encoding="utf-8").replace("[report]", '[[step]]\nname = "sum"\nkind = "describe"\non = "chain"\n[report]')
    textiles.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(textiles)
    assert [f.code for f in caught.value.findings] == ["chain.needs_table"]
    assert "产业链" in caught.value.text("zh")


def test_a_folder_with_a_table_missing_is_said_when_the_study_is_checked(textiles: Path) -> None:
    from regio.contract.finding import StudyError
    from regio.study.file import load

    (textiles.parent / "textiles" / "edges.csv").unlink()
    with pytest.raises(StudyError) as caught:
        load(textiles)
    assert "chain.no_table" in [f.code for f in caught.value.findings]
