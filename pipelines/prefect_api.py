"""A Prefect server on this machine, spoken to over HTTP without loading Prefect.

Answers "is it up, whose is it, and what did it leave behind". Used only by `serving.py`, before runs are served.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.error import URLError
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

UNFINISHED = ("RUNNING", "PENDING", "CANCELLING")
INTERRUPTED = "The service or the machine stopped while this run was going on. The next run does the rest."
MISSED = "Missed while the service was not running. The newest of the missed runs is made up for."
_MOST = 200  # of runs that the server gives at once


@dataclass(frozen=True)
class PrefectApi:
    """One server; `secret` is `user:password` where the server asks for it."""

    url: str
    secret: str = field(default="", repr=False)

    def is_up(self) -> bool:
        """Tell whether the server answers."""
        try:
            return bool(self._ask("GET", "/health"))
        except (OSError, ValueError):
            return False

    def serves(self, workspace: str) -> bool:
        """Tell whether the server answers and has flows of this workspace."""
        try:
            found = self._ask("POST", "/deployments/filter", {})
        except (OSError, ValueError):
            return False
        return any(each["parameters"].get("workspace") == workspace for each in found)

    def close_interrupted(self) -> int:
        """Say of every run that was going on when the last service ended that it did not finish; give how many.

        Nothing else would: the process that would have reported the end is gone, and the run would seem to go on.
        """
        return sum(self._closed(run, "CRASHED", INTERRUPTED) for run in self._runs({"type": {"any_": UNFINISHED}}))

    def skip_missed(self, now: datetime) -> int:
        """Leave out the scheduled runs that were missed, but for the newest of each flow; give how many.

        A machine that was off for two weeks would otherwise begin with fourteen nights of the same work.
        """
        missed = self._runs({"type": {"any_": ["SCHEDULED"]}}, before=now)
        newest: dict[str, str] = {}
        for run in missed:
            newest.setdefault(run["deployment_id"], run["id"])
        return sum(self._closed(run, "CANCELLED", MISSED) for run in missed if run["id"] not in newest.values())

    def is_planned(self, flow: str) -> bool:
        """Tell whether the server has planned a run of a flow."""
        try:
            deployment = self._ask("GET", f"/deployments/name/{flow}/{flow}")
        except URLError:
            return False
        planned = self._runs({"type": {"any_": ["SCHEDULED"]}})
        return any(run["deployment_id"] == deployment["id"] for run in planned)

    def unschedule(self, flow: str) -> None:
        """Take away the schedules of a flow that is to run no more by itself."""
        try:
            deployment = self._ask("GET", f"/deployments/name/{flow}/{flow}")
        except URLError:
            return  # it was never served
        for schedule in deployment["schedules"]:
            self._ask("DELETE", f"/deployments/{deployment['id']}/schedules/{schedule['id']}")

    def _runs(self, state: Mapping[str, Any], *, before: datetime | None = None) -> list[dict[str, Any]]:
        """Give the runs in a state, the latest first."""
        wanted: dict[str, Any] = {"state": state, "deployment_id": {"is_null_": False}}
        if before:
            wanted["expected_start_time"] = {"before_": before.isoformat()}
        asked = {"flow_runs": wanted, "limit": _MOST, "sort": "EXPECTED_START_TIME_DESC"}
        found: list[dict[str, Any]] = self._ask("POST", "/flow_runs/filter", asked)
        return found

    def _closed(self, run: Mapping[str, Any], kind: str, message: str) -> bool:
        state = {"type": kind, "message": message}
        self._ask("POST", f"/flow_runs/{run['id']}/set_state", {"state": state, "force": True})
        return True

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Basic {base64.b64encode(self.secret.encode()).decode()}"
        data = json.dumps(content).encode() if content is not None else None
        request = Request(f"{self.url}{path}", data=data, headers=headers, method=method)  # noqa: S310 - our own address
        with _direct().open(request, timeout=30) as answer:
            told = answer.read()
        return json.loads(told) if told else None


def _direct() -> OpenerDirector:
    """Give a way to this machine that no proxy of the environment stands in."""
    return build_opener(ProxyHandler({}))
