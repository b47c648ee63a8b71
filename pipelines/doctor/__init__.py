"""The doctor: is this machine fit to run, and is this workspace whole?

Answers "would a run go well tonight" without running anything and without writing anything. `machine.py` looks at what
is installed, `workspace.py` at one workspace, `server.py` at a Prefect server where one is named. What is told holds no
value from a record and no secret.
"""

from pipelines.doctor.diagnoses import Diagnosis, Report
from pipelines.doctor.examination import examine

__all__ = ["Diagnosis", "Report", "examine"]
