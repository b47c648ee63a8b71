"""The drawing instructions of a page: what says something is read, whatever is painted around it."""

from __future__ import annotations

import pytest

from pipelines.audit.drawn import NotDrawnError, instructions

TEXT = b"/P <</MCID 3>> BDC /F1 12 Tf [(Po) -20 (land)] TJ (5) Tj EMC"
SAID = [
    ("BDC", ["/P", {"/MCID": 3.0}]),
    ("Tf", ["/F1", 12.0]),
    ("TJ", [[b"Po", -20.0, b"land"]]),
    ("Tj", [b"5"]),
    ("EMC", []),
]
PAINTING = [
    b"q 1 0 0 1 10 .5 cm",
    b"/Cs1 cs 0.1 0.2 0.3 scn",
    b"0 0 m 10 20 l 1 2 3 4 5 6 c h f*",
    b"BT 0 Tr 1 0 0 1 5 5 Tm",
    b"W n Q ET",
]


@pytest.mark.parametrize("painting", PAINTING)
def test_what_is_painted_hides_nothing_that_is_said(painting: bytes) -> None:
    assert list(instructions(b"\n".join([painting, TEXT, painting, TEXT, painting]))) == [*SAID, *SAID]


@pytest.mark.parametrize("data", [b"1 0 0", b"0 0 m 1 2", b"0 0 m } l", b"/P <</MCID 3 BDC", b"(open Tj"])
def test_what_does_not_read_as_instructions_is_refused(data: bytes) -> None:
    with pytest.raises(NotDrawnError):
        list(instructions(data))
