"""Invented workspaces from a seed, and the truth that was planted in them.

Answers: what would a network's files look like, mess and all, when we know exactly who is in them? Demonstrations,
tests and benchmarks run on them; no real record is ever needed. Read `workspace.py` first, then `plan.py` (who sends
how much, when), `people.py` and `casework.py` (who came, for what), `wording.py` and `files.py` (what the exports say),
`mess.py` (what is wrong with them) and `truth.py` (what a perfect reader would find). What is planted is decided in
`reference/synthetic/`.
"""

from pipelines.synthetic.workspace import SyntheticSummary, write_workspace

__all__ = ["SyntheticSummary", "write_workspace"]
