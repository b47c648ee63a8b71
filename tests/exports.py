"""Invented exports that look like those of other systems, each with what its columns truly are.

What a column truly is stands in `tests/spec/inspect/<name>.toml`. Every record is made up from a fixed seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
from export_parts import N_CASES, NATIONALITIES, Draw, Row, as_csv
from exports_of_offices import (
    family_below,
    family_in_columns,
    issues_as_above,
    provider_upload,
    report_with_pages,
    survey_answers,
    yes_no_columns,
)
from exports_of_systems import crm_events, database_table, form_answers, helpline_letters, household_rows


def workbook_with_titles(folder: Path) -> Path:
    """Write a workbook: title rows, two rows of merged headings, a total at the foot and an author."""
    draw, book = Draw(1), openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet2"
    book.properties.creator = "Someone"
    sheet.append(["Advice report 2025"])
    sheet.append(["Filters: all offices"])
    sheet.append([])
    sheet.append(["Case", "", "", "Client", "", "", "", "Advice", "", ""])
    sheet.append(
        ["Number", "Opened", "Closed", "Number", "Age", "Sex", "Nationality", "Area of law", "Result", "Help given"]
    )
    for merged in ("A4:C4", "D4:G4", "H4:J4"):
        sheet.merge_cells(merged)
    for number in range(N_CASES):
        opened = draw.day()
        sheet.append(
            [
                f"M{number:05}",
                opened,
                opened + timedelta(days=draw.number(1, 90)) if draw.number(0, 3) else None,
                10_000 + draw.number(0, 200),
                draw.number(16, 88) if draw.number(0, 20) else "Unknown",
                draw.of(("Female", "Male", "Non-binary", "Prefer not to say")),
                draw.of((*NATIONALITIES, "Polish/British", "Unknown")),
                draw.of(("Welfare benefits", "Housing", "EU Settlement Scheme", "Debt", "Employment")),
                draw.of(("Settled status granted", "Refused", "Advice given", "Lost contact", "Ongoing"), 0.1),
                draw.of(("Casework", "One-off advice", "Signposting")),
            ]
        )
    sheet.append(["Total", "", "", "", "", "", "", "", "", N_CASES])
    path = folder / "workbook_with_titles.xlsx"
    book.save(path)
    return path


def report_with_totals(folder: Path) -> Path:
    """Write a report in Windows-1252 with semicolons: a title, totals among the rows, a footer, Spanish words."""
    draw = Draw(4)
    rows: list[Row] = [["Informe trimestral – línea de ayuda"], []]
    rows.append(
        ["Expediente", "Fecha de apertura", "Edad", "Género", "Nacionalidad", "Tema", "Distrito", "Observaciones"]
    )
    for number in range(N_CASES):
        day = draw.day()
        rows.append(
            [
                f"2025/{number:04}",
                f"{day.day}/{day.month}/{day.year}",
                draw.of(("34", "51", "19", "62", "Sin dato", "45")),
                draw.of(("Femenino", "Masculino", "Transgénero", "Sin dato")),
                draw.of(("Española", "Polaca", "Rumana", "Italiana")),
                draw.of(("Vivienda", "Trabajo", "Deudas", "Inmigración")),
                draw.of(("Norte", "Sur")),
                "",
            ]
        )
        if number % 60 == 59:
            rows.append(["", "", "", "", "", "", "Total", "60"])
    rows.append(["Total", "", "", "", "", "", "", str(N_CASES)])
    path = folder / "report_with_totals.csv"
    path.write_bytes(as_csv(rows, ";").encode("cp1252"))
    return path


def json_lines(folder: Path) -> Path:
    """Write JSON lines whose keys come and go, as a web service gives them."""
    draw = Draw(5)
    lines = []
    for number in range(N_CASES):
        record: dict[str, object] = {
            "case_id": f"c-{number:05}",
            "client_id": f"k-{draw.number(0, 180):05}",
            "created_at": f"{draw.day()}T12:30:00+00:00",
            "age": draw.number(17, 90),
            "gender": draw.of(("female", "male", "other")),
            "nationality": draw.of(("PL", "RO", "IT", "PT", "ES", "GB")),
            "topics": draw.several(("EUSS", "Benefits", "Housing", "Debt"), "|"),
            "email": f"someone{number}@example.org",
        }
        if draw.number(0, 1):
            record["referral_source"] = draw.of(("GP", "School", "Website", "Friend or family"))
        if number > N_CASES // 2:
            record["barriers"] = draw.of(("Language", "Digital", "None"))
        lines.append(json.dumps(record))
    path = folder / "json_lines.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def without_headings(folder: Path) -> Path:
    """Write rows without headings, as a provider's upload is: what a column is must be seen from its cells."""
    draw = Draw(8)
    rows = [
        [
            f"AB{number:06}",
            f"{draw.day():%d/%m/%Y}",
            draw.of(("F", "M")),
            draw.of(NATIONALITIES),
            draw.of(("Housing", "Debt", "Universal Credit", "EUSS")),
            draw.of(("18-24", "25-34", "35-44", "45-54", "55+")),
        ]
        for number in range(N_CASES)
    ]
    path = folder / "without_headings.csv"
    path.write_text(as_csv(rows, "|"), encoding="utf-8")
    return path


EXPORTS: dict[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        workbook_with_titles,
        crm_events,
        helpline_letters,
        report_with_totals,
        json_lines,
        form_answers,
        database_table,
        without_headings,
        household_rows,
        provider_upload,
        report_with_pages,
        family_in_columns,
        family_below,
        issues_as_above,
        yes_no_columns,
        survey_answers,
    )
}
