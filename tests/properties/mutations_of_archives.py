"""Small changes inside a workbook or a PDF: another figure, word or letter where a reader would see it."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf

from tests.properties.mutations import Maker, between, other_word

# Workbook


def sheet_part(name: str, pattern: str, change: Callable[[random.Random, str], str | None]) -> Maker:
    """Make a maker that changes one text in the parts of a workbook whose names fit."""

    def made(rng: random.Random, data: bytes) -> bytes | None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info: archive.read(info) for info in archive.infolist()}
        fitting = [info for info in parts if re.fullmatch(name, info.filename)]
        chosen = rng.choice(fitting)
        changed = between(parts[chosen], pattern, lambda text: change(rng, text), rng)
        if changed is None:
            return None
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for info, content in parts.items():
                archive.writestr(info, changed if info is chosen else content)
        return file.getvalue()

    return made


# PDF


def paper_glyph(rng: random.Random, data: bytes) -> bytes | None:
    """Draw another letter or digit that the same font has in the place of one."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = rng.choice(list(pdf.pages))
        program = list(pikepdf.parse_content_stream(page))
        shows = [at for at, (_, operator) in enumerate(program) if str(operator) in {"Tj", "TJ"}]
        rng.shuffle(shows)
        for at in shows:
            font = next(str(operands[0]) for operands, operator in reversed(program[:at]) if str(operator) == "Tf")
            letters = _letters(page.Resources.Font[font])
            operands = _redrawn(rng, program[at][0], letters)
            if operands is not None:
                program[at] = (operands, program[at][1])
                page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(program))
                file = io.BytesIO()
                pdf.save(file)
                return file.getvalue()
    return None


def _letters(font: Any) -> dict[bytes, str]:
    pairs = re.findall(r"<(\w{4})> <(\w{4})>", font.ToUnicode.read_bytes().decode("latin-1"))
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def _redrawn(rng: random.Random, operands: Any, letters: Mapping[bytes, str]) -> Any:
    pieces = list(operands[0]) if isinstance(operands[0], pikepdf.Array) else [operands[0]]
    for at in rng.sample(range(len(pieces)), len(pieces)):
        if not isinstance(pieces[at], pikepdf.String):
            continue
        codes = bytes(pieces[at])
        for place in rng.sample(range(0, len(codes), 2), len(codes) // 2):
            shown = letters.get(codes[place : place + 2], "")
            kin = [code for code, text in letters.items() if text != shown and _is_kin(text, shown)]
            if kin:
                pieces[at] = pikepdf.String(codes[:place] + rng.choice(kin) + codes[place + 2 :])
                return [pikepdf.Array(pieces)] if isinstance(operands[0], pikepdf.Array) else [pieces[0]]
    return None


def _is_kin(one: str, two: str) -> bool:
    return (one.isdigit() and two.isdigit()) or (one.isalpha() and two.isalpha() and one.casefold() != two.casefold())


def paper_property(rng: random.Random, data: bytes) -> bytes | None:
    """Change the title, an entry of the outline or a description of a chart."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        titles = [(each, "/Title") for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Title" in each]
        told = [(each, "/Alt") for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
        place, name = rng.choice([*titles, *told])
        changed = other_word(rng, str(place[name]), [])
        if changed is None:
            return None
        place[name] = pikepdf.String(changed)
        file = io.BytesIO()
        pdf.save(file)
        return file.getvalue()
