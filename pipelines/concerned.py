"""Which records, cases, clients, files and quarters what came has to do with.

Answers "whose rows are made again" as temporary tables of their keys, which `updating.py` makes parts of tables by.
"""

from __future__ import annotations

from collections.abc import Iterator

TOUCHED, RECORDS, CASES, PERIODS = "touched_records", "changed_records", "changed_cases", "changed_periods"
FILES, CLIENTS = "changed_files", "changed_clients"
# Quarters that were published since the last build.
PUBLISHED = "newly_published"
# What holds the keys of the parts that changed, by the column that a table is kept by, and that column's name there.
PARTS = {
    "record_id": (RECORDS, "record_id"),
    "case_key": (CASES, "case_key"),
    "enquiry_key": (CASES, "case_key"),
    "period": (PERIODS, "period"),
    "quarter": (PERIODS, "period"),
    "file_id": (FILES, "file_id"),
    "client_key": (CLIENTS, "client_key"),
}


def changed(column: str) -> str:
    """Give the condition that a row of a table kept by a column is of a part that changed."""
    return among(column, *PARTS[column])


def among(column: str, table: str, other: str) -> str:
    """Give the condition that a value stands in a column of another table."""
    return f"{column} in (select {other} from {table})"  # noqa: S608 - own names


def keys(replaced: str) -> Iterator[tuple[str, str]]:
    """Give names and queries of the temporary tables of keys, those that are read before those that read them.

    Args:
        replaced: the SQL of the model that says which files others stand for.
    """
    yield PUBLISHED, _PUBLISHED_QUARTERS
    yield TOUCHED, _TOUCHED.format(replaced=replaced)
    yield CASES, f"{_CASES_OF} union {_LEFT_OUT}"
    yield RECORDS, _RECORDS_OF
    yield FILES, _FILES_OF
    yield CLIENTS, CLIENTS_OF
    yield PERIODS, QUARTERS_OF


# Records of files that came, or that another file replaces now; those that a person's corrections name or named; and
# those with a word that nobody could read before and somebody may now.
_TOUCHED = """
    with
    replaced as ({replaced}
    ),
    files as (
        (select file_id from replaced except select file_id from core.replaced_files)
        union
        (select file_id from core.replaced_files except select file_id from replaced)
    )
    select record_id from came_records
    union
    select record_id from raw.records where file_id in (select file_id from files)
    union
    select cast(key as bigint) from differences
    where loaded_table in ('reference.corrected_records', 'reference.excluded_records')
    union
    select record_id from staging.record_problems
    where reason like 'unknown_%'
        and (select count(*) from differences where loaded_table = 'reference.meanings') > 0
"""
_CASES_OF = f"""
    select case_key from raw.records
    where case_key is not null and record_id in (select record_id from {TOUCHED})
"""  # noqa: S608 - own names
_PUBLISHED_QUARTERS = """
    select key from differences where loaded_table = 'raw.published_quarters'
"""
# Cases of such a quarter that count in another one, where they were published: they wait from now on.
_LEFT_OUT = f"""
    select cases.case_key from core.cases as cases
    anti join raw.published_cases as published
        on published.case_key = cases.case_key and published.period = cases.period
    where cases.period in (select key from {PUBLISHED})
    union
    select enquiries.enquiry_key from core.enquiries as enquiries
    anti join raw.published_enquiries as published
        on published.enquiry_key = enquiries.enquiry_key and published.period = enquiries.period
    where enquiries.period in (select key from {PUBLISHED})
"""  # noqa: S608 - own names
_RECORDS_OF = f"""
    select record_id from {TOUCHED}
    union
    select record_id from raw.records where case_key in (select case_key from {CASES})
"""  # noqa: S608 - own names
# Files of which records were read otherwise, and clients of these cases as they stand when this is asked.
_FILES_OF = f"""
    select distinct file_id from raw.records where record_id in (select record_id from {TOUCHED})
"""  # noqa: S608 - own names
CLIENTS_OF = f"""
    select distinct client_key from core.cases where case_key in (select case_key from {CASES})
"""  # noqa: S608 - own names
RECORDS_OF_FILES = f"record_id in (select record_id from raw.records where file_id in (select file_id from {FILES}))"  # noqa: S608
QUARTERS_OF = f"""
    select period from core.counted_cases
    where period is not null and case_key in (select case_key from {CASES})
    union
    select period from core.counted_enquiries
    where period is not null and enquiry_key in (select case_key from {CASES})
"""  # noqa: S608 - own names
PERIODS_OF = f"""
    select period from {PERIODS}
    union
    select publication_period from reference.publication_quarters
    where is_within and quarter in (select period from {PERIODS})
    union
    select key from differences where loaded_table in ('reference.publication_quarters', 'reference.detailed_periods')
"""  # noqa: S608 - own names
QUARTERS_WITHIN = f"""
    select quarter from reference.publication_quarters
    where is_within and publication_period in (select period from {PERIODS})
    union
    select period from {PERIODS}
"""  # noqa: S608 - own names
