"""Colours of charts: legible in light and in dark, and apart for readers who do not see all of them."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from pipelines.publish.chart_colours import channels, chart_css, colour, contrast
from pipelines.publish.chartspec import chart_style

MODES = ("colours", "dark")
STYLE = chart_style()
HEATS = [role for role in STYLE["colours"] if role.startswith("heat")]
# What is drawn on the page and carries meaning by itself.
MARKS = ("bar", "light", "ink", "axis", "benchmark", "below")
# Colours that mean different things where they stand side by side.
BESIDE = (("bar", "light"), ("bar", "benchmark"), ("light", "benchmark"), ("core", "benchmark"), ("below", "light"))
# How readers without one kind of cone see a colour, in linear light.
# Source: Machado, Oliveira and Fernandes 2009, IEEE TVCG 15(6), tables for severity 1.
SIGHT = {
    "full": (1, 0, 0, 0, 1, 0, 0, 0, 1),
    "protan": (0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
    "deutan": (0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
    "tritan": (1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def lab(hexadecimal: str, sight: str) -> np.ndarray:
    """Give the place of a colour in CIELAB as a reader sees it."""
    parts = np.array(channels(hexadecimal))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.reshape(SIGHT[sight], (3, 3)) @ linear, 0, 1) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("mode", MODES)
def test_every_role_has_a_colour_in_both_modes(mode):
    assert set(STYLE[mode]) == set(STYLE["colours"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", ["text", "soft"])
def test_text_is_legible_on_page_and_band(role, mode):
    for behind in ("background", "band"):
        assert contrast(colour(role, mode), colour(behind, mode)) >= STYLE["lint"]["text_contrast"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", HEATS)
def test_text_in_every_field_of_a_heat_map_is_legible(role, mode):
    assert contrast(colour(f"on_{role}", mode), colour(role, mode)) >= STYLE["lint"]["text_contrast"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", MARKS)
def test_marks_stand_out_from_the_page(role, mode):
    assert contrast(colour(role, mode), colour("background", mode)) >= STYLE["lint"]["mark_contrast"]


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pair", BESIDE, ids="-".join)
def test_colours_side_by_side_are_apart_for_everybody(pair, mode, sight):
    first, second = (lab(colour(role, mode), sight) for role in pair)
    assert np.linalg.norm(first - second) >= STYLE["lint"]["colour_distance"]


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("mode", MODES)
def test_stronger_fields_are_stronger_for_everybody(mode, sight):
    lightness = [lab(colour(role, mode), sight)[0] for role in HEATS]
    steps = [(second - first) * (1 if mode == "dark" else -1) for first, second in pairwise(lightness)]
    assert min(steps) >= 8


def test_a_picture_keeps_the_colours_of_the_style_apart():
    """A PNG rounds shades to five bits a channel: no two different colours of the style may become one."""
    exact = {colour(role) for role in STYLE["colours"]} | set(STYLE["inks"].values())
    rounded = {each: tuple(round(part * 255) >> 3 for part in channels(each)) for each in exact}
    assert [pair for pair in combinations(exact, 2) if rounded[pair[0]] == rounded[pair[1]]] == []


def test_a_page_sets_every_colour_twice():
    sheet = chart_css()
    assert all(sheet.count(f"--chart-{role.replace('_', '-')}:") == 2 for role in STYLE["colours"])
