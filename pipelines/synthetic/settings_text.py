"""The settings of an invented workspace as a person would have written them.

Answers "what does `caseload.toml` say" and "which key does the demonstration use".
"""

from __future__ import annotations

from hashlib import sha256
from string import Template

from pipelines.resources import reference_file
from pipelines.synthetic.enquiries import enquiry_source
from pipelines.synthetic.plan import Plan, SourcePlan
from pipelines.synthetic.reference import declared


def settings_text(plan: Plan, cases: int) -> str:
    """Give the text of `caseload.toml`: only the centres, projects and funders that a source names are listed."""
    network = declared("network")
    template = Template(reference_file("synthetic", "caseload.toml.txt").read_text(encoding="utf-8"))
    centres = [centre for centre in network["centres"] if centre in {source.centre_id for source in plan.sources}]
    projects = [project for project in network["projects"] if project in {s.project_id for s in plan.sources}]
    funders = [funder for funder in network["funders"] if funder in {s.funder_id for s in plan.sources}]
    return template.substitute(
        seed=plan.seed,
        cases=cases,
        n_sources=len(plan.sources),
        network_id=network["id"],
        network_name=network["name"],
        n_centres=len(centres),
        year_to_date=", ".join(f'"{period}"' for period in _year_to_date(plan)),
        centres="\n".join(f'{centre} = "{network["centres"][centre]["name"]}"' for centre in centres),
        centre_areas="\n".join(f"{centre} = {_listed(network['centres'][centre]['stands_in'])}" for centre in centres),
        projects="\n".join(f'{project} = "{network["projects"][project]["name"]}"' for project in projects),
        funders="\n".join(f'{funder} = "{network["funders"][funder]}"' for funder in funders),
        sources="\n\n".join((*(_source_table(source) for source in plan.sources), _enquiry_table(plan))),
    )


def _listed(areas: list[str]) -> str:
    quoted = [f'"{area}"' for area in areas]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def _year_to_date(plan: Plan) -> list[str]:
    """Give the quarters of the last calendar year, and the year up to the last of them."""
    last = plan.quarters[-1]
    quarters = [str(quarter) for quarter in plan.quarters if quarter.year == last.year]
    return [*quarters, f"{quarters[0]}_{quarters[-1]}"] if len(quarters) > 1 else quarters


def _source_table(source: SourcePlan) -> str:
    network = declared("network")
    centre, project = network["centres"][source.centre_id]["name"], network["projects"][source.project_id]["name"]
    number = source.source_id.removeprefix(f"{source.centre_id}-{source.project_id}").lstrip("-")
    return _table(source, f"{centre.removesuffix(' Law Centre')}: {project}" + (f" ({number})" if number else ""))


def _enquiry_table(plan: Plan) -> str:
    source = enquiry_source(plan)
    centre = declared("network")["centres"][source.centre_id]["name"]
    return _table(source, f"{centre.removesuffix(' Law Centre')}: enquiries")


def _table(source: SourcePlan, name: str) -> str:
    return "\n".join(
        [
            f"[sources.{source.source_id}]",
            f'name = "{name}"',
            f'profile = "{source.profile}"',
            f'centre = "{source.centre_id}"',
            f'project = "{source.project_id}"',
            f'funder = "{source.funder_id}"',
        ]
    )


def demo_key(seed: int) -> str:
    """Give the key of a demonstration, 64 hexadecimal characters made from the seed; never for real data."""
    return sha256(f"caseload demonstration key {seed}".encode()).hexdigest()
