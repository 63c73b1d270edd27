"""Names in any form to codes; nothing is dropped silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regio.contract.finding import ArgumentError
from regio.regions import SYSTEMS, resolve, system
from regio.regions.names import forms

CHINESE = {
    "北京": "110000",
    "北京市": "110000",
    " 北 京 ": "110000",
    "BEIJING": "110000",
    "Beijing Municipality": "110000",
    "京": "110000",
    "Běijīng": "110000",
    "110000": "110000",
    "110000.0": "110000",
    "11": "110000",
    "河北省": "130000",
    "hebei province": "130000",
    "Hebei Sheng": "130000",
    "Shanxi": "140000",
    "Shaanxi": "610000",
    "SHAANXI PROVINCE": "610000",
    "Shǎnxī": "610000",
    "Shānxī": "140000",
    "shannxi": "610000",
    "内蒙": "150000",
    "内蒙古自治区": "150000",
    "Inner-Mongolia": "150000",
    "Nei Menggu": "150000",
    "广西壮族自治区": "450000",
    "广西自治区": "450000",
    "广西壮族": "450000",
    "Guangxi Zhuang Autonomous Region": "450000",
    "新疆维吾尔自治": "650000",
    "Xinjiang Uyghur Autonomous Region": "650000",
    "Xizang": "540000",
    "香港特别行政区": "810000",
    "Hong Kong SAR": "810000",
    "Macau": "820000",
    "黔": "520000",
    "ＨＥＢＥＩ": "130000",
}
AMERICAN = {
    "AL": "AL",
    "al": "AL",
    "Alabama": "AL",
    "ALABAMA": "AL",
    "阿拉巴马州": "AL",
    "亚拉巴马": "AL",
    "01": "AL",
    "1": "AL",
    "MASSACHUSET": "MA",
    "NORTH_CAROL": "NC",
    "NEW_HAMPSHI": "NH",
    "TENNESSE": "TN",
    "WEST_VIRGIN": "WV",
    "VIRGINIA": "VA",
    "Washington": "WA",
    "Washington, D.C.": "DC",
    "new  york": "NY",
}


@pytest.mark.parametrize(("which", "expected"), [("china_provinces", CHINESE), ("us_states", AMERICAN)])
def test_every_form(which: str, expected: dict[str, str]) -> None:
    resolved = resolve(expected, which)
    assert resolved.mapping == expected
    assert resolved.findings == ()


def test_numbers_from_a_spreadsheet() -> None:
    assert resolve([110000, 110000.0, 44], "china_provinces").codes == ("110000", "110000", "440000")
    assert resolve([1, 56.0], "us_states").codes == ("AL", "WY")


@pytest.mark.parametrize("which", SYSTEMS)
def test_no_form_belongs_to_two(which: str) -> None:
    for region in system(which).regions:
        for form in forms(region):
            assert resolve([form], which).codes == (region.code,), form


@given(st.sampled_from([(r, form) for r in system("us_states").regions for form in forms(r) if form.isalpha()]), st.sampled_from(" _-.,"), st.booleans())
def test_case_blanks_and_punctuation_do_not_matter(pair: tuple[object, str], mark: str, upper: bool) -> None:
    region, form = pair
    written = mark.join(form.upper() if upper else form.lower())
    assert resolve([written], "us_states").codes == (region.code,)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "which", "english", "chinese"),
    [
        ("Shan", "china_provinces", "Did you mean Shanxi, Shanghai, Shandong, Shaanxi?", "是否想写 Shanxi、Shanghai、Shandong、Shaanxi？"),
        ("吉林市", "china_provinces", "“吉林市” is not a region of: Provinces of China. Did you mean 吉林", "是否想写 吉林"),
        ("Jilin City", "china_provinces", "Did you mean Jilin", "请更正名称"),
        ("全国", "china_provinces", "leave the row out if it is a total or a city", "若该行是合计或城市，请去掉该行"),
        ("Bejing", "china_provinces", "Did you mean Beijing", "是否想写 Beijing"),
        ("North", "us_states", "Did you mean North Carolina, North Dakota", "是否想写 North Carolina、North Dakota"),
        (
            "阿拉",
            "us_states",
            "may stand for several regions of States of the USA: 阿拉巴马州, 阿拉斯加州",
            "多个地区：阿拉巴马州、阿拉斯加州",
        ),
        (None, "us_states", "A name of a region is empty", "有地区名称为空（美国各州）"),
        (float("nan"), "us_states", "A name of a region is empty", "请补上名称，或去掉该行"),
    ],
)
def test_what_cannot_be_resolved_is_listed(name: object, which: str, english: str, chinese: str) -> None:
    resolved = resolve([name, "Texas" if which == "us_states" else "广东", name], which)
    assert resolved.codes[0] is None
    assert resolved.codes[1] is not None
    assert len(resolved.unresolved) == 1
    assert len(resolved.findings) == 1
    finding = resolved.findings[0]
    assert finding.severity == "error"
    assert english in finding.text("en")
    assert chinese in finding.text("zh")


@pytest.mark.parametrize("length", range(1, 6))
def test_short_beginnings_are_not_guessed(length: int) -> None:
    assert resolve(["california"[:length]], "us_states").codes == (("CA",) if length == 2 else (None,))  # "ca" is a code


def test_unknown_system() -> None:
    with pytest.raises(ArgumentError, match="Did you mean us_states"):
        resolve(["AL"], "us_state")


def test_the_states_of_a_published_panel() -> None:
    munnell = pytest.importorskip("linearmodels.datasets.munnell")
    frame = munnell.load()
    states = frame[["STATE", "ST_ABB"]].drop_duplicates()
    resolved = resolve(states["STATE"], "us_states")
    assert len(states) == 48
    assert list(resolved.codes) == states["ST_ABB"].tolist()
