"""Every rule fires on a case made for it, and none on a clean study."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regio.language import LANGUAGES, entries, say
from regio.report.references import keys_of
from regio.study.execute import execute
from regio.study.file import load
from regio.study.lint import RULES

HEAD = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "period"
"""
FEW = ", ".join(f'"r{i:02d}"' for i in range(16))
BASE = '[[step]]\nname = "base"\nkind = "regress"\noutcome = "y"\ntreatment = "x"\ncontrols = ["z"]\n'
BOTH = BASE + 'effects = ["region", "period"]\n'
MEDIATION = '[[step]]\nname = "{name}"\nkind = "mediate"\noutcome = "y"\ntreatment = "x"\nmediators = "{mediator}"\ndraws = 0\n{more}\n'
INDEX = '[[step]]\nname = "score"\nkind = "index"\nindicators = ["p1", "p2"]\nscope = "by_period"\n'
CLEAN = BOTH + '[[step]]\nname = "summary"\nkind = "describe"\ncolumns = ["y", "x"]\n[[step]]\nname = "pairs"\nkind = "correlate"\ncolumns = ["y", "x", "z"]\n'


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"region": np.repeat([f"r{i:02d}" for i in range(40)], 6), "period": np.tile(np.arange(2010, 2016), 40)})
    for name in ("x", "z", "w", "m", "n", *(f"c{i}" for i in range(8))):
        frame[name] = rng.normal(size=240)
    for name in ("p1", "p2"):
        frame[name] = rng.uniform(1, 2, size=240)
    frame["twin"] = frame["x"] + 0.01 * rng.normal(size=240)
    frame["noise"] = rng.normal(size=240)
    frame["level"] = frame["region"].str[1:].astype(float) + rng.normal(scale=0.01, size=240)
    frame["same_moves"] = frame["level"] + 40 * rng.uniform(size=40).repeat(6) + rng.normal(scale=0.001, size=240)
    frame["fixed"] = frame["region"].str[1:].astype(int) % 7
    frame["thousand"] = np.where(frame["period"] >= 2013, 1000.0, 1.0) * rng.uniform(40, 44, size=240)
    frame["mixed"] = np.where(frame.index % 12 == 5, 100.0, 1.0) * rng.uniform(0.2, 0.6, size=240)
    frame["hole"] = frame["z"].where(frame.index % 9 > 0)
    frame["rate"] = np.where(frame.index == 100, 1.7, rng.uniform(0.2, 0.6, size=240))
    frame["y"] = frame["x"] + 0.5 * frame["z"] + rng.normal(size=240)
    return frame


def two_editions() -> pd.DataFrame:
    """Twelve years; from 2016 on another edition, in which each region is revised by its own amount."""
    rng = np.random.default_rng(3)
    logs = rng.normal(5, 0.5, size=(31, 1)) + 0.08 * np.arange(12) + rng.normal(0, 0.01, size=(31, 12))
    logs[:, 6:] += rng.normal(0, 0.2, size=(31, 1))
    keys = {"region": np.repeat([f"r{i:02d}" for i in range(31)], 12), "period": np.tile(np.arange(2010, 2022), 31)}
    frame = pd.DataFrame({**keys, "editions": np.exp(logs).ravel()})
    return frame.assign(x=rng.normal(size=372), y=rng.normal(size=372))


def codes(folder: Path, table: pd.DataFrame, text: str) -> set[str]:
    table.to_csv(folder / "t.csv", index=False)
    head = HEAD + 'unit = "firm"\n' if "firm" in table.columns else HEAD
    (folder / "study.toml").write_text(head + text, encoding="utf-8")
    run = execute(folder / "study.toml")
    assert not run.failed, run.failed
    found = [f for f in run.findings if f.code.startswith("lint.")]
    for finding in found:
        assert finding.cure is not None
        for language in LANGUAGES:
            assert finding.text(language)
            assert say(finding.cure, language)
    planned = {f.code for f in load(folder / "study.toml").notes if f.code.startswith("lint.")}
    assert planned <= {f.code for f in found}
    return {f.code.removeprefix("lint.") for f in found}


CASES = {
    "claimed_effects": BASE + 'effects = ["region"]\ntitle = { en = "Baseline with two-way fixed effects", zh = "双向固定效应" }\n',
    "few_clusters": BOTH + 'errors = "cluster"\nsample = { regions = ["r00", "r01", "r02", "r03", "r04", "r05", "r06", "r07"] }\n',
    "collinear": BOTH.replace('["z"]', '["z", "twin"]'),
    "collinear_within": BOTH.replace('["z"]', '["level", "same_moves"]'),
    "weak_instrument": '[[step]]\nname = "iv"\nkind = "two_stage"\noutcome = "y"\nendogenous = "x"\ninstruments = "noise"\ncontrols = ["z"]\n',
    "assumed_instrument": '[[step]]\nname = "iv"\nkind = "two_stage"\noutcome = "y"\nendogenous = "x"\ninstruments = "fixed"\neffects = ["region"]\n'
    'interact_instruments = "period"\n',
    "fixed_instrument": '[[step]]\nname = "iv"\nkind = "two_stage"\noutcome = "y"\nendogenous = "x"\ninstruments = ["fixed", "w"]\ncontrols = ["z"]\n',
    "bad_control": BOTH.replace('["z"]', '["z", "m"]') + MEDIATION.format(name="way", mediator="m", more='controls = ["z"]\neffects = ["region", "period"]'),
    "made_control": BOTH.replace('["z"]', '["z", "half"]') + '[[step]]\nname = "half"\nkind = "transform"\ncolumn = "x"\nform = "ratio"\nby = "p1"\n',
    "mixed_samples": BOTH
    + BOTH.replace("base", "other").replace('["z"]', '["hole"]')
    + '[report]\nexhibits = [{ show = ["base/coefficients", "other/coefficients"] }]\n',
    "mixed_models": BOTH + MEDIATION.format(name="way", mediator="m", more='controls = ["z"]\neffects = ["region"]'),
    "mixed_models of two mechanisms": MEDIATION.format(name="a", mediator="m", more='effects = ["region"]') + MEDIATION.format(name="b", mediator="n", more=""),
    "doubtful_units": '[[variable]]\nname = "rate"\nunit = "share"\n' + BASE.replace('["z"]', '["rate"]') + 'effects = ["region", "period"]\n',
    "doubtful_units, two units": BASE.replace('["z"]', '["thousand"]') + 'effects = ["region"]\n',
    "doubtful_units, fractions and percent": BASE.replace('["z"]', '["mixed"]') + 'effects = ["region"]\n',
    "doubtful_units, two vintages": BASE.replace('["z"]', '["editions"]') + 'effects = ["region"]\n',
    "contains_factor": BOTH.replace('outcome = "y"', 'outcome = "score"').replace('"x"', '"p1"') + INDEX.replace("by_period", "pooled"),
    "winsorised_after_lag": BOTH
    + '[[step]]\nname = "late"\nkind = "transform"\ncolumn = "x"\nform = "lag"\n'
    + '[[step]]\nname = "robust"\nkind = "robustness"\nof = "base"\nvariations = [{ name = "tails", treatment = "late", '
    'prepare = [{ kind = "winsorise", columns = ["late"], share = 0.05 }] }]\n',
    "period_weights": INDEX + BOTH.replace('"x"', '"score"'),
    "one_of_many": "".join(BOTH.replace("base", f"b{i}").replace('["z"]', f'["c{i}"]') for i in range(5))
    + '[report]\nexhibits = [{ show = "b0/coefficients" }]\n',
    "many_pairs": '[[step]]\nname = "pairs"\nkind = "correlate"\ncolumns = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"]\n',
    "coarse_grid": '[[step]]\nname = "split"\nkind = "threshold"\noutcome = "y"\ntreatment = "x"\nthreshold_variable = "w"\n'
    'max_thresholds = 1\ndraws = 0\nconvention = "xthreg"\n',
    "few_points": '[[step]]\nname = "split"\nkind = "threshold"\noutcome = "y"\ntreatment = "x"\nthreshold_variable = "w"\n'
    "max_thresholds = 1\ndraws = 0\ngrid = 20\n",
    "too_many_classes": '[[step]]\nname = "factors"\nkind = "geodetector"\noutcome = "y"\nfactors = ["x", "z"]\nclasses = [3, 8]\n'
    f"sample = {{ periods = [2010], regions = [{FEW}] }}\n",
    "short_panel": BOTH.replace('["z"]', '["z", "w", "m"]') + 'sample = { periods = [2010, 2011, 2012], regions = ["r00", "r01", "r02", "r03", "r04"] }\n',
    "one_firm": '[[step]]\nname = "h"\nkind = "herfindahl"\nvalue = "p1"\n',
}


SAID = {  # what referees find, and the cases that show it
    "two-way effects claimed and not used": ("claimed_effects",),
    "few clusters": ("few_clusters",),
    "variance inflation over the limit, pooled": ("collinear",),
    "variance inflation over the limit, within": ("collinear_within",),
    "an instrument that is weak": ("weak_instrument",),
    "an instrument that does not vary over time": ("assumed_instrument", "fixed_instrument"),
    "bad controls": ("bad_control", "made_control"),
    "mediators among the controls": ("bad_control",),
    "mixed samples": ("mixed_samples",),
    "mixed models": ("mixed_models", "mixed_models of two mechanisms"),
    "shares above one": ("doubtful_units",),
    "mixed units": ("doubtful_units, two units", "doubtful_units, fractions and percent"),
    "mixed vintages": ("doubtful_units, two vintages",),
    "an outcome that contains its factor": ("contains_factor",),
    "winsorising after lagging": ("winsorised_after_lag",),
    "weights of each period compared over time": ("period_weights",),
    "provinces with one firm": ("one_firm",),
    "many specifications and one shown": ("one_of_many",),
    "many pairs without correction": ("many_pairs",),
    "thresholds on a coarse grid": ("coarse_grid", "few_points"),
    "more classes than regions allow": ("too_many_classes",),
    "few degrees of freedom": ("short_panel",),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_fires_on_its_case(tmp_path: Path, table: pd.DataFrame, case: str) -> None:
    rule, frame = case.split(",")[0].split(" ")[0], table
    if case == "doubtful_units, two vintages":
        frame = two_editions()
    if rule == "one_firm":
        frame = frame.rename(columns={"region": "firm"}).assign(region=lambda t: "p" + t["firm"].where(t["firm"] < "r03", "r09"))
    found = codes(tmp_path, frame, CASES[case])
    assert rule in found
    assert case != "collinear_within" or "collinear" not in found  # the pooled factors look harmless


def test_every_rule_has_a_case() -> None:
    assert set(RULES) <= set(CASES)
    assert {case for cases in SAID.values() for case in cases} == set(CASES)


WORDS = entries("lint")


@pytest.mark.parametrize("code", [code for code in WORDS if f"{code}.cure" in WORDS])
def test_each_says_why_what_to_do_and_who_wrote_of_it(code: str) -> None:
    for language in LANGUAGES:
        assert re.search(r"[A-Z江]\D* (18|19|20)\d\d", WORDS[code][language])  # author and year
        assert WORDS[f"{code}.cure"][language]
    name = code.removeprefix("lint.")
    assert keys_of("lint", name)  # the whole reference stands in the report
    assert f"`{name}`" in (Path(__file__).parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")


def test_a_clean_study_fires_none(tmp_path: Path, table: pd.DataFrame) -> None:
    assert codes(tmp_path, table, CLEAN) == set()


def test_what_holds_of_many_steps_is_said_once(tmp_path: Path, table: pd.DataFrame) -> None:
    table.to_csv(tmp_path / "t.csv", index=False)
    text = HEAD + "".join(BOTH.replace("base", f"b{i}").replace('["z"]', '["z", "twin"]') for i in range(3))
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (found,) = (f for f in execute(tmp_path / "study.toml").findings if f.code == "lint.collinear")
    assert found.values["step"] == ("b0", "b1", "b2")
    assert "b0, b1, b2" in found.text("en")


def test_a_mechanism_that_is_tested_by_one_of_the_models_of_the_effect_is_fine(tmp_path: Path, table: pd.DataFrame) -> None:
    way = MEDIATION.format(name="way", mediator="m", more='controls = ["z"]\neffects = ["region"]')
    assert "mixed_models" not in codes(tmp_path, table, BOTH + BOTH.replace("base", "one").replace(', "period"', "") + way)
