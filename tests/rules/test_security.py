"""Nothing runs code that comes with data, no value gets into SQL, no secret gets into a message."""

from __future__ import annotations

import checks
import pytest
import security_checks
from checks import Module

MODULES = checks.package_modules()
NAMES = checks.read_data("sql_names.toml")["names"]


def test_nothing_loads_or_runs_what_comes_with_data():
    assert security_checks.unsafe_loading(MODULES) == []


def test_only_names_of_our_own_are_put_into_sql():
    assert security_checks.values_in_sql(MODULES, NAMES) == [], "see tests/rules/sql_names.toml"


def test_no_message_tells_a_secret():
    assert security_checks.told_secrets(MODULES) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "import yaml",
        "def f():\n    from cloudpickle import loads",
        "eval(text)",
        "exec(text)",
        "__import__(name)",
        "os.system(text)",
        "tempfile.mktemp()",
        "archive.extractall(folder)",
        "subprocess.run(text, shell=True)",
        "np.load(path, allow_pickle=is_ours)",
        "pl.DataFrame.deserialize(path)",
    ],
)
def test_what_runs_code_is_seen(text: str):
    assert len(security_checks.unsafe_loading([Module("ingest.reading", text)])) == 1


@pytest.mark.parametrize(
    "text", ["re.compile(text)", "subprocess.run(words, shell=False)", "json.loads(text)", "expression.evaluate()"]
)
def test_what_runs_no_code_passes(text: str):
    assert security_checks.unsafe_loading([Module("ingest.reading", text)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "connection.execute(f\"select * from core.cases where case_key = '{reference}'\")",
        "query = f'insert into raw.records values ({values})'",
        "query = 'select n from core.cases where period = ' + period",
        "query = 'select n from core.cases where period = %s' % period",
        "query = 'select n from {} where x'.format(table)",
        "connection.execute(' '.join(parts))",
        "connection.sql(text.replace('a', value))",
    ],
)
def test_a_value_in_sql_is_seen(text: str):
    assert security_checks.values_in_sql([Module("freezing", text)], {})


def test_a_name_on_the_list_passes_and_one_that_is_no_longer_used_is_seen():
    module = Module("freezing", "connection.execute(f'select quarter from {table}', [value])")
    assert security_checks.values_in_sql([module], {"freezing": ["table"]}) == []
    assert security_checks.values_in_sql([module], {"freezing": ["table", "name"]})
    assert security_checks.values_in_sql([module], {"other": ["table"]})


@pytest.mark.parametrize(
    "text",
    [
        "raise SettingsError(f'The key {key} is wrong.')",
        "print(f'{work.key}')",
        "logger.warning(f'opened with {own_secret!r}')",
        "raise ReadError(f'{self._identity}') from None",
    ],
)
def test_a_told_secret_is_seen(text: str):
    assert len(security_checks.told_secrets([Module("keys", text)])) == 1


def test_a_place_of_a_key_may_be_told():
    text = "raise SettingsError(f'The key file {path} that {settings.key_file} names is missing.')"
    assert security_checks.told_secrets([Module("keys", text)]) == []
