"""Invented exports of case systems: a customer database, a helpline, a form, a small database, a household register."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import md5
from pathlib import Path

from export_parts import N_CASES, NATIONALITIES, STREETS, Draw, Row, as_csv


def crm_events(folder: Path) -> Path:
    """Write a customer database's export: names of the interface, ISO times, a row for each event of a case."""
    draw = Draw(2)
    rows: list[Row] = [
        [
            "CaseNumber",
            "ContactId",
            "CreatedDate",
            "Status",
            "ClosedDate",
            "Gender__c",
            "Nationality__c",
            "Age_Band__c",
            "Matter_Type__c",
            "OwnerId",
            "Owner.Name",
            "Case_Notes__c",
            "Region__c",
            "IsDeleted",
        ]
    ]
    for number in range(N_CASES):
        opened, closed = draw.day(), ""
        client = [f"003Ab{draw.number(10000, 99999)}XYZ", f"{opened}T09:{draw.number(10, 59)}:00.000Z"]
        about = [
            draw.of(("Woman", "Man", "Mx", "Client Not Asked")),
            draw.of((*NATIONALITIES, "PL", "Dual Polish")),
            draw.of(("Under 18", "18-24", "25-34", "35-54", "55 and over")),
            draw.several(("Universal Credit", "Pre settled", "EUSS: late application", "PIP", "Homelessness"), ";"),
        ]
        area = draw.of(("Northmere", "Eastholm", "Kelbridge"))
        for status in ("New", "In progress", draw.of(("Advised", "Referred", "Refused")))[: draw.number(1, 3)]:
            if status not in ("New", "In progress"):
                closed = f"{opened + timedelta(days=30)}T10:00:00.000Z"
            owner = ["005000000012AbC", draw.name(), "Spoke on the telephone, will call again"]
            rows.append([f"{number:08}", *client, status, closed, *about, *owner, area, "false"])
    path = folder / "crm_events.csv"
    path.write_text(as_csv(rows), encoding="utf-8-sig")
    return path


def helpline_letters(folder: Path) -> Path:  # long: one line for each column of a wide report
    """Write a helpline's report: letters for ages, two-digit years, a hash of a name, the postcode in clear."""
    draw = Draw(3)
    rows: list[Row] = [
        [
            "Hash ID",
            "LAA Reference",
            "Date Case Opened",
            "Category",
            "Matter Type 1",
            "Matter Type 2",
            "Age Range",
            "Gender",
            "Ethnicity",
            "Disability",
            "Postcode",
            "Media Code",
            "Time Spent",
            "Date Closed",
            "Outcome Code",
        ]
    ]
    for number in range(N_CASES):
        opened = draw.day()
        closed = (opened + timedelta(days=40)).strftime("%d-%m-%y") if draw.number(0, 2) else "Null"
        area = draw.of(("W", "H", "I"))
        matters = {"W": ("WHBT", "WAPL"), "H": ("HHOM", "HPUB"), "I": ("IMLB", "IFRA")}[area]
        categories = {"W": "benefits", "H": "housing", "I": "immigration"}
        rows.append(
            [
                md5(str(draw.number(0, 180)).encode(), usedforsecurity=False).hexdigest(),
                f"{3_000_000 + number}",
                opened.strftime("%d-%m-%y"),
                categories[area],
                *matters,
                draw.of("ABCDEFGHU"),
                draw.of(("Male", "Female", "UNKNOWN")),
                draw.of(("1", "2", "99")),
                draw.of(("NCD", "MOB", "MHC", "UKN", "PNS")),
                draw.of((*STREETS, "NFA")),
                draw.of(("Recommended by friends or family", "DWP/JobCentrePlus", "Law Centre", "Don't Know")),
                f"{draw.number(10, 90)}",
                closed,
                draw.of(("IA", "IB", "--")),
            ]
        )
    path = folder / "helpline_letters.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def form_answers(folder: Path) -> Path:
    """Write the answers to a form: questions for headings, times, several choices in one cell."""
    draw = Draw(6)
    rows: list[Row] = [
        [
            "Timestamp",
            "Email address",
            "How old is the client?",
            "What is the client's gender?",
            "What nationality does the client hold?",
            "Second nationality (if any)",
            "Which issues did you advise on? (select all that apply)",
            "What made it hard for the client to get help?",
            "Is the client the main applicant or a family member?",
            "How did the client hear about us?",
            "What happened at the end?",
            "Anything else we should know?",
        ]
    ]
    rows += [
        [
            f"{draw.day():%d/%m/%Y} 14:{draw.number(10, 59)}:03",
            f"worker{number}@example.org",
            draw.of(("18 to 24", "25 to 34", "35 to 54", "55 and over", "Prefer not to say")),
            draw.of(("Woman", "Man", "Non-binary", "Prefer not to say")),
            draw.of(NATIONALITIES),
            draw.of(("British", "Brazilian"), 0.8),
            draw.several(("Settled status", "Universal Credit", "Housing", "Right to reside", "Family reunion"), ", "),
            draw.several(("Language", "Digital", "Cost", "Mental health"), ", "),
            draw.of(("Main applicant", "Family member")),
            draw.of(("Friend or family", "Social media", "Another advice agency")),
            draw.of(("Advice given", "Referred to another agency", "Client withdrew")),
            draw.of(("She said she would come again on Monday with her brother and the letters",), 0.7),
        ]
        for number in range(N_CASES)
    ]
    path = folder / "form_answers.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path


def database_table(folder: Path) -> Path:
    """Write a small database's table: codes, yes and no, numbers for gender, a row for each issue of a case."""
    draw = Draw(7)
    rows: list[Row] = [
        [
            "CaseID",
            "ClientID",
            "DOB",
            "Forename",
            "Surname",
            "DateIn",
            "DateOut",
            "SexCode",
            "NatCode",
            "IssueCode",
            "Disabled",
            "OISCLevel",
            "WorkerInits",
            "Cost",
        ]
    ]
    for number in range(N_CASES):
        born, opened = date(draw.number(1940, 2005), draw.number(1, 12), draw.number(1, 28)), draw.day()
        first, last = draw.name().split()
        case = [str(number + 1), str(900 + draw.number(0, 190)), f"{born:%d/%m/%Y}", first, last, f"{opened:%d/%m/%Y}"]
        case += [f"{opened + timedelta(days=20):%d/%m/%Y}", draw.of("12"), draw.of(("POL", "ROU", "ITA", "PRT", "NLD"))]
        level, answer, worker = draw.of(("L1", "L2", "L3")), draw.of(("Yes", "No")), draw.of(("AB", "CD"))
        issues = draw.random.sample(["UC", "HB", "PSS", "NRPF", "ASY"], draw.number(1, 3))
        rows += [[*case, issue, answer, level, worker, f"{draw.number(5, 90)}.00"] for issue in issues]
    path = folder / "database_table.txt"
    path.write_text(as_csv(rows, "\t"), encoding="utf-16")
    return path


def household_rows(folder: Path) -> Path:  # long: one line for each column
    """Write a row for each member of a household: one case, several clients, a heading that occurs twice."""
    draw = Draw(9)
    rows: list[Row] = [
        [
            "Matter ref",
            "Client ID",
            "Start date",
            "Relationship to main client",
            "Age",
            "Gender",
            "Nationality",
            "Issue",
            "Issue",
            "Funder",
            "Local authority",
        ]
    ]
    person = 0
    for number in range(N_CASES // 2):
        opened, issue = f"{draw.day():%d %b %Y}", draw.of(("Settled status", "Family permit", "Naturalisation"))
        area = draw.of(("Northmere", "Eastholm", "Kelbridge"))
        for role in ("Main client", "Spouse", "Child")[: draw.number(1, 3)]:
            person += 1
            age = draw.number(1, 17) if role == "Child" else draw.number(20, 80)
            rows.append(
                [
                    f"H/{number:04}",
                    f"P{person:05}",
                    opened,
                    role,
                    str(age),
                    draw.of(("F", "M", "U")),
                    draw.of(NATIONALITIES),
                    issue,
                    draw.of(("Benefits", "Housing"), 0.6),
                    "Trust A",
                    area,
                ]
            )
    path = folder / "household_rows.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return path
