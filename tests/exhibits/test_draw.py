"""Drawing: every form in both languages, hard cases, the same bytes, nothing that overlaps, nothing left behind in matplotlib's settings."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from figures_of_every_form import EVERY_FORM, HARD, LABELS, LONG, bar, coefficients, heat_map, line
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Picture
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from regio.exhibits.draw import draw
from regio.exhibits.draw.caption import caption
from regio.exhibits.draw.fonts import FontError, chinese_faces
from regio.exhibits.draw.save import FORMATS, inline, save
from regio.exhibits.models import Channel, Figure
from regio.exhibits.style import Style
from regio.language import LANGUAGES, Language

WHOLE = 0.6  # millimetres by which the ink of a letter may stand over its measured box
MARK = {"en": "Calibrated, not observed", "zh": "校准数据，非观测值"}


def chinese_font_here() -> bool:
    return next(iter(chinese_faces()), None) is not None


needs_chinese = pytest.mark.skipif(not chinese_font_here(), reason='no Chinese font here; pip install "regio[fonts]"')
IN_BOTH = [pytest.param("en"), pytest.param("zh", marks=needs_chinese)]


def texts(picture: Picture) -> list[Text]:
    """Every text that shows."""
    found = picture.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible() and bool(artist.get_text()))
    return [artist for artist in found if isinstance(artist, Text)]


def boxes(picture: Picture) -> list[tuple[str, Bbox]]:
    """Texts with their places in millimetres."""
    canvas = FigureCanvasAgg(picture)
    canvas.draw()
    scale = 25.4 / picture.dpi
    return [(t.get_text(), Bbox(t.get_window_extent(canvas.get_renderer()).get_points() * scale)) for t in texts(picture)]


@pytest.mark.parametrize("language", IN_BOTH)
@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_form_in_both_languages_and_formats(form: str, language: Language) -> None:
    picture = draw(EVERY_FORM[form], language, labels=LABELS)
    starts = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}
    for kind in FORMATS:
        assert save(picture, kind).startswith(starts[kind])


@pytest.mark.parametrize("case", HARD)
def test_hard_cases_stay_inside_and_apart(case: str) -> None:
    """No text leaves the picture, and no two texts touch."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = draw(HARD[case], labels=LABELS, marks=(MARK,))
        found = boxes(picture)
    width, height = (float(inches) * 25.4 for inches in picture.get_size_inches())
    assert width in (pytest.approx(90), pytest.approx(140), pytest.approx(190))
    assert height < 297
    for words, box in found:
        assert box.x0 >= -WHOLE, words
        assert box.y0 >= -WHOLE, words
        assert box.x1 <= width + WHOLE, words
        assert box.y1 <= height + WHOLE, words
    for i, (words, box) in enumerate(found):
        for other, place in found[i + 1 :]:
            shrunk = Bbox.from_extents(box.x0 + 0.2, box.y0 + 0.3, box.x1 - 0.2, box.y1 - 0.3)
            assert not shrunk.overlaps(Bbox.from_extents(place.x0 + 0.2, place.y0 + 0.3, place.x1 - 0.2, place.y1 - 0.3)), (words, other)


@needs_chinese
@pytest.mark.parametrize("case", ["48 regions by 17 periods", "long names", "40 lines", "lying bars"])
def test_hard_cases_in_chinese(case: str) -> None:
    labels = {f"R{i:02d}": f"新疆维吾尔自治区{i}" for i in range(48)} | {LONG: "按不变价格计算的常住人口人均研究与试验发展经费支出额（含政府资金与企业资金）"}
    picture = draw(HARD[case], "zh", labels=labels, marks=(MARK,))
    width = float(picture.get_size_inches()[0]) * 25.4
    assert all(box.x0 >= -WHOLE and box.x1 <= width + WHOLE for _, box in boxes(picture))


def test_a_heat_map_of_48_regions_names_every_row() -> None:
    shown = {t.get_text() for t in texts(draw(heat_map(48, 17)))}
    assert {f"R{i:02d}" for i in range(48)} <= shown


def test_a_heat_map_of_300_rows_names_some_of_them() -> None:
    shown = [t.get_text() for t in texts(draw(heat_map(300, 3))) if t.get_text().startswith("R")]
    assert 40 < len(shown) < 150


def test_periods_are_thinned_where_they_would_touch() -> None:
    shown = [t.get_text() for t in texts(draw(heat_map(4, 60))) if re.fullmatch(r"20\d\d", t.get_text())]
    steps = set(np.diff([int(year) for year in shown]))
    assert len(steps) == 1
    assert steps != {1}


def test_years_have_no_thousands_separators() -> None:
    assert "2000" in {t.get_text() for t in texts(draw(line()))}


def test_the_minus_sign_is_a_minus_sign() -> None:
    shown = {t.get_text() for t in texts(draw(coefficients()))}
    assert any(t.startswith("−") for t in shown)
    assert not any(t.startswith("-") for t in shown)


def test_signs_of_formulas_are_printed_as_they_are() -> None:
    picture = draw(coefficients(["$x_1$", "100%", "a_b^2", r"\frac{1}{2}$"]))
    shown = texts(picture)
    assert {"$x_1$", "100%", "a_b^2", r"\frac{1}{2}$"} <= {t.get_text() for t in shown}
    assert not any(t.get_parse_math() for t in shown)
    save(picture, "svg")


@pytest.mark.parametrize("figure", [line(40), bar([f"${i}_a$" for i in range(3)], groups=3)], ids=["line", "bar"])
def test_no_text_is_read_as_a_formula(figure: Figure) -> None:
    assert not any(t.get_parse_math() for t in texts(draw(figure)))


def test_marks_are_drawn_inside_the_picture() -> None:
    assert "Calibrated, not observed" in {t.get_text() for t in texts(draw(heat_map(), marks=(MARK,)))}


def test_up_to_42_lines_have_a_legend_and_looks_of_their_own() -> None:
    picture = draw(line(40))
    looks = {(drawn.get_color(), str(drawn.get_linestyle()), str(drawn._dash_pattern)) for drawn in picture.axes[0].lines}  # type: ignore[attr-defined]
    assert len(picture.legends[0].get_texts()) == 40
    assert len(looks) >= 40


def test_more_lines_are_counted_instead() -> None:
    assert [t.get_text() for t in draw(line(60)).legends[0].get_texts()] == ["60 lines, one each"]


def test_a_gap_stays_a_gap() -> None:
    drawn = draw(line(1, missing=2)).axes[0].lines[0]
    assert np.isnan(np.asarray(drawn.get_ydata(), float)).sum() == 2


def test_missing_cells_are_grey_and_named() -> None:
    assert "no value" in {t.get_text() for t in texts(draw(heat_map(missing=2)))}
    assert "no value" not in {t.get_text() for t in texts(draw(heat_map()))}


def test_numbers_of_both_signs_are_coloured_evenly_around_zero() -> None:
    mesh = draw(heat_map(low=-2.0)).axes[0].collections[0]
    assert mesh.get_clim() == (-2.0, 2.0)


def test_one_value_of_zero_is_not_taken_for_both_signs() -> None:
    assert draw(heat_map(1, 1)).axes[0].collections[0].get_cmap().name == "cividis"


def test_two_long_names_can_be_told_apart() -> None:
    shown = {t.get_text().replace("\n", "") for t in texts(draw(HARD["long names"]))}
    assert {LONG, LONG + "_2", "x"} <= shown


def test_the_zero_line_is_in_the_plot_of_coefficients_far_from_zero() -> None:
    figure = coefficients(["a"])
    far = replace(figure, frame=figure.frame.assign(estimate=5.0, conf_low=4.0, conf_high=6.0))
    low, high = draw(far).axes[0].get_xlim()
    assert low <= 0 < high


def test_the_width_is_the_styles() -> None:
    for width in (90, 140, 190):
        for figure in EVERY_FORM.values():
            assert draw(figure, style=Style(width=width)).get_size_inches()[0] * 25.4 == pytest.approx(width)


def test_the_title_stands_in_the_file_and_not_in_the_picture() -> None:
    picture = draw(EVERY_FORM["bar"], labels=LABELS)
    assert "Coefficients: Output" not in {t.get_text() for t in texts(picture)}
    assert b"<title>Coefficients: Output</title>" in save(picture, "svg")


def test_settings_of_matplotlib_stay_as_they_are() -> None:
    with matplotlib.rc_context({"font.size": 31.0, "axes.spines.top": True, "svg.fonttype": "none"}):
        before = dict(matplotlib.rcParams)
        picture = draw(EVERY_FORM["bar"])
        drawn = save(picture, "svg")
        assert dict(matplotlib.rcParams) == before
    assert save(draw(EVERY_FORM["bar"]), "svg") == drawn


def test_a_channel_that_does_not_exist_is_refused() -> None:
    figure = EVERY_FORM["bar"]
    with pytest.raises(ValueError, match="height"):
        replace(figure, channels={**figure.channels, "height": Channel("value")})
    with pytest.raises(ValueError, match="nowhere"):
        replace(figure, channels={**figure.channels, "y": Channel("nowhere")})
    with pytest.raises(ValueError, match="'y'"):
        replace(figure, channels={"x": figure.channels["x"]})


def test_an_svg_bears_its_text_as_outlines_and_identifiers_of_its_own() -> None:
    picture = draw(EVERY_FORM["line"])
    one, two = (save(picture, "svg", salt=salt).decode() for salt in ("one", "two"))
    assert "<text" not in one
    assert "<style" not in one
    assert "<!--" not in one
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg, own in zip((one, two), ids, strict=True):
        assert len(re.findall(r'\bid="', svg)) == len(own)
        assert set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg)) <= own


def test_an_inline_svg_is_an_image_with_words() -> None:
    made = inline(save(draw(EVERY_FORM["bar"]), "svg"), 'a "bar" chart & more')
    assert made.startswith('<svg role="img" aria-label="a &quot;bar&quot; chart &amp; more"')
    assert "<title>" not in made
    assert "<?xml" not in made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_form_has_words_for_those_who_do_not_see_it(form: str, language: Language) -> None:
    words = caption(EVERY_FORM[form], language, labels=LABELS, marks=(MARK,))
    assert words.title in words.alt
    assert "{" not in words.alt
    assert words.labels == (MARK[language],)


def test_a_heat_maps_words_hold_its_extent() -> None:
    assert caption(heat_map(5, 4), "en", labels=LABELS).alt == "Coefficients: Output. Heat map of 5 rows and 4 columns: Score from 0.000 to 1.000."


PROGRAM = """
import sys, hashlib
sys.path.insert(0, {folder!r})
from figures_of_every_form import EVERY_FORM, LABELS
from regio.exhibits.draw import draw
from regio.exhibits.draw.save import FORMATS, save
for name, figure in EVERY_FORM.items():
    whole = name in {whole!r}  # the order of things shows in any format: one is enough for most forms
    picture = draw(figure, {language!r} if whole else "en", labels=LABELS, marks=("mark",))
    for form in FORMATS if whole else ("svg",):
        print(name, form, hashlib.sha256(save(picture, form)).hexdigest())
"""
WHOLE_FORMS = ("heat_map", "diagram")  # an image, hatches, many letters


def test_the_same_bytes_in_every_process() -> None:
    program = PROGRAM.format(folder=str(Path(__file__).parent), language="zh" if chinese_font_here() else "en", whole=WHOLE_FORMS)
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "977")
    ]
    printed = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert printed[0] == printed[1]
    assert len(printed[0].splitlines()) == len(EVERY_FORM) + len(WHOLE_FORMS) * (len(FORMATS) - 1)


def test_drawing_twice_gives_the_same_bytes() -> None:
    made = [hashlib.sha256(save(draw(EVERY_FORM["heat_map"]), form)).hexdigest() for form in FORMATS for _ in range(2)]
    assert made[0::2] == made[1::2]


def test_no_pyplot() -> None:
    program = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from figures_of_every_form import bar\n"
    program += "from regio.exhibits.draw import draw\nfrom regio.exhibits.draw.save import save\nsave(draw(bar()), 'png')\n"
    program += "sys.exit('pyplot' if 'matplotlib.pyplot' in sys.modules else 0)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_importing_the_room_imports_no_matplotlib() -> None:
    program = "import sys, regio.exhibits.draw, regio.exhibits.draw.save, regio.report.figures; sys.exit(1 if 'matplotlib' in sys.modules else 0)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_label_that_no_font_can_draw_is_named() -> None:
    with pytest.raises(FontError, match="\U0001f9ff"):
        draw(bar(["a", "\U0001f9ff"]))
