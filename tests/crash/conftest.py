"""Lets the tests of this folder import what they share."""

from __future__ import annotations

import sys
from pathlib import Path

# Last, because other tests import what the conftest.py above this folder holds.
sys.path.append(str(Path(__file__).parent))
