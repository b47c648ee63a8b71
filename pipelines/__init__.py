"""caseload: data briefs on advice to EEA migrants.

Read `run.py` first: it tells the story of each command. Then, in the order the data travel: `ingest` (a file to a
text frame), `warehouse` and the `sql/` folder (frames to tables), `validate` (are they fit for use?), `analysis`
(true counts), `disclosure` (what may be shown), `publish` (briefs, charts, data). `synthetic` invents workspaces.

Telemetry of every dependency is switched off here, before anything else of the package can be imported. It is a
promise to the people in the data, so a setting from outside does not turn it back on.
"""

import os as _os

__version__ = "0.1.0"

TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}

_os.environ.update(TELEMETRY_OFF)
