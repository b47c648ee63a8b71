"""Invented exports as offices pass them on: reports with page headings, tick boxes, families in columns or below."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from export_parts import N_CASES, NATIONALITIES, STREETS, Draw, Row, as_csv

TOPICS = ("EU Settlement Scheme", "Welfare benefits", "Housing", "Debt", "Employment")
GENDERS = ("Female", "Male", "Non-binary")


def _birth(draw: Draw) -> str:
    return f"{draw.number(1, 28):02}/{draw.number(1, 12):02}/{draw.number(1945, 2004)}"


def provider_upload(folder: Path) -> Path:
    """Write the 34 columns of a provider's upload of 2013 to Civil Legal Advice: by position, without headings."""
    draw, rows = Draw(21), []
    for number in range(N_CASES):
        day = draw.day()
        who = [str(3_000_000 + number), str(700 + draw.number(0, 200)), "1A234B", *draw.name().split()]
        facts = [_birth(draw), draw.of("BCDEFG"), draw.of("MFU"), draw.of(("1", "2", "99")), "", "", draw.of(STREETS)]
        work = [draw.of("STVWX"), draw.of(("IMLB", "DMCA", "HRNT")), draw.of(("IOTH", "DVAL", "HPRI")), "DA"]
        dates = [draw.of(("DA", "IA", "IZ")), "", f"{day.day}/{day.month}/{day.year}", f"{day + timedelta(9):%d/%m/%Y}"]
        costs = ["66", "1,204.50", "", draw.of(("NCD", "MHC", "PHY")), "", "", draw.of(("FINI", "EXEM")), "Y", "", ""]
        rows.append([*who, *facts, *work, *dates, *costs, "N", "", draw.of(("DK", "GP", "AA")), "TA"])
    path = folder / "provider_upload.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def report_with_pages(folder: Path) -> Path:
    """Write a report in pages: who ran it, headings on every page, a number of the page, a grand total."""
    draw = Draw(22)
    headings = ["Case Ref", "Client Name", "Profile No", "Date Opened", "Date Closed", "Gender", "Nationality"]
    headings += ["Dual Nationality", "Case Category", "Caseworker", "Referred From", "Outcome"]
    rows: list[Row] = [["Case List"], ["Report run by A Worker on 03/02/2026 14:12"], []]
    for number in range(N_CASES):
        if number % 40 == 0:
            rows += [[f"Page {number // 40} of 6"], []] * bool(number) + [headings]
        day = draw.day()
        row = [f"MIG/{number:05}", draw.name(), str(500 + draw.number(0, 190)), f"{day:%d/%m/%Y}"]
        row += [f"{day + timedelta(30):%d/%m/%Y}", draw.of(GENDERS), draw.of(NATIONALITIES)]
        row += [draw.of(("None", "None", "None", "British")), draw.of(TOPICS), draw.of(("A Worker", "B Helper"))]
        rows.append([*row, draw.of(("Self", "GP", "Website")), draw.of(("Advice given", "Lost contact"))])
    rows.append(["Grand Total", *[""] * 10, str(N_CASES)])
    path = folder / "report_with_pages.csv"
    path.write_bytes(as_csv(rows).encode("cp1252"))
    return path


def family_in_columns(folder: Path) -> Path:
    """Write one row for each household: partner and dependants have columns of their own."""
    draw = Draw(23)
    headings = ["HH Ref", "Main Client Surname", "Main Client DOB", "Main Client Nationality", "Main Client Gender"]
    headings += ["Date Registered", "Partner Nationality", "Dependant 1 Name", "Dependant 1 DOB"]
    rows = [[*headings, "Dependant 1 Nationality", "Dependant 2 Nationality", "Matter"]]
    for number in range(N_CASES):
        name, birth = draw.name().split()[1], _birth(draw)
        row = [f"H{number:04}", name, birth, draw.of(NATIONALITIES), draw.of(GENDERS), f"{draw.day():%d/%m/%Y}"]
        row += [draw.of(NATIONALITIES, 0.4), draw.name().split()[0], "03/04/2015", draw.of(NATIONALITIES, 0.3)]
        rows.append([*row, draw.of(NATIONALITIES, 0.6), draw.of(TOPICS)])
    path = folder / "family_in_columns.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def family_below(folder: Path) -> Path:
    """Write a row for each member of a family; the case stands in the first one only."""
    draw = Draw(24)
    rows = [["Case number", "Profile ID", "Forename", "Relationship to main applicant", "Date of birth", "Nationality"]]
    rows[0] += ["Sex", "Application date", "Application type", "Decision"]
    for number in range(N_CASES):
        for member in range(draw.number(1, 3)):
            who = [f"P{number}-{member}", draw.name().split()[0], "Spouse" if member else "Main applicant"]
            facts = [_birth(draw), draw.of(NATIONALITIES), draw.of(("Female", "Male"))]
            case = [f"{draw.day():%d/%m/%Y}", "EUSS late application", draw.of(("Refused", "Pending"))]
            rows.append([f"E{number:04}" * (not member), *who, *facts, *([""] * 3 if member else case)])
    path = folder / "family_below.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def issues_as_above(folder: Path) -> Path:
    """Write further issues of a case below it, with everything else left blank."""
    draw = Draw(25)
    rows = [["Case Ref", "Client", "Opened", "Age", "Gender", "Nationality", "Issue", "Outcome"]]
    for number in range(N_CASES):
        topics = draw.several(TOPICS, "|").split("|")
        facts = [str(draw.number(18, 90)), draw.of(GENDERS), draw.of(NATIONALITIES)]
        rows.append(
            [f"LC{number:05}", str(draw.number(0, 200)), f"{draw.day():%d/%m/%Y}", *facts, topics[0], "Advised"]
        )
        rows += [["", "", "", "", "", "", topic, ""] for topic in topics[1:]]
    path = folder / "issues_as_above.txt"
    path.write_bytes(as_csv(rows, "\t").encode("utf-16"))
    return path


def yes_no_columns(folder: Path) -> Path:
    """Write a column for each barrier, answered with Y and N."""
    draw = Draw(26)
    rows = [["Enquiry No", "Enquiry Date", "Age Group", "Gender", "Nat.", "Enquiry Type", "Homeless? (Y/N)"]]
    rows[0] += ["Mental Health Issues?", "Limited English?", "Disabled?", "Previous Client?"]
    for number in range(N_CASES):
        facts = [draw.of(("<25", "25-49", "50-64", "65+")), draw.of(GENDERS), draw.of(NATIONALITIES), draw.of(TOPICS)]
        rows.append([str(number + 1), f"{draw.day():%d/%m/%Y}", *facts, *(draw.of("YNN") for _ in range(5))])
    rows.append(["Totals", "", "", "", "", "", *["70"] * 5])
    path = folder / "yes_no_columns.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def survey_answers(folder: Path) -> Path:
    """Write a survey: a question with several answers has a column for each, named in a second row."""
    draw = Draw(27)
    asked = "What do you need help with? Please tick all that apply."
    rows = [
        ["Respondent ID", "Start Date", "IP Address", "What is your nationality?", "", asked, "", "", "Your age group"]
    ]
    rows.append(["", "", "", "Response", "Other (please specify)", "Housing", "Benefits", "Debt", "Response"])
    for number in range(N_CASES):
        ticks = [draw.of((topic, "")) for topic in ("Housing", "Benefits", "Debt")]
        head = [str(11_800_000_000 + number), f"{draw.day():%m/%d/%Y} 0{draw.number(1, 9)}:15:11 PM", "86.1.2.3"]
        rows.append([*head, draw.of(NATIONALITIES), "", *ticks, draw.of(("25-54", "55+"))])
    path = folder / "survey_answers.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path
