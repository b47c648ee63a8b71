"""Run `caseload` as `python -m pipelines`."""

from pipelines.cli import script

script()
