"""Further tests of what a pattern found: check digits, and shapes that are harmless after all.

Answers "is this really a number of that kind". A test takes the text a pattern found and tells whether it counts; the
name it has in `CHECKS` is what `reference/identifiers.toml` writes under `check`.

Source: NHS Data Dictionary (NHS number, modulus 11); ISO 13616 (IBAN, ISO 7064 mod 97-10); RFC 9562 (UUID versions);
the published algorithms of PESEL (PL), CNP (RO), EGN (BG), DNI and NIE (ES) and PPS (IE).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address

_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_nhs_number(found: str) -> bool:
    """Tell whether ten digits end in the check digit of an NHS number."""
    digits = re.sub(r"\D", "", found)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    return (11 - _weighted(digits, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 == int(digits[9])


def is_bank_detail(found: str) -> bool:
    """Tell whether a text is an IBAN with right check digits, or a sort code, with or without an account."""
    compact = _NOT_ALNUM.sub("", found).upper()
    if not _IBAN.fullmatch(compact):
        return True
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def is_address_of_internet(found: str) -> bool:
    """Tell an internet address from a number of a section such as 1.2.3.4."""
    if ":" in found:
        return True
    parts = found.split(".")
    try:
        ip_address(".".join(str(int(part)) for part in parts))
    except ValueError:
        return False
    return sum(len(part) > 1 for part in parts) >= 2


def is_share_code(found: str) -> bool:
    """Tell a share code from a word of nine letters: it mixes letters and digits."""
    compact = _NOT_ALNUM.sub("", found)
    n_digits = sum(letter.isdigit() for letter in compact)
    return 2 <= n_digits <= 7


def is_hash(found: str) -> bool:
    """Tell a hash from a random identifier: a UUID of version 4 is drawn, not computed."""
    compact = found.strip().lower()
    if re.fullmatch(r"[0-9a-f]{32}", compact):
        is_random = compact[12] in "47" and compact[16] in "89ab"
        return not is_random and not compact.isdigit()
    if re.fullmatch(r"[0-9a-z+/_-]+=*", compact) and not re.fullmatch(r"[0-9a-f-]+", compact):
        return _is_mixed(found.strip())
    return True


def _is_mixed(text: str) -> bool:
    tests = (str.isupper, str.islower) if text.endswith("=") else (str.isupper, str.islower, str.isdigit)
    return all(any(test(letter) for letter in text) for test in tests)


def is_identity_number(found: str) -> bool:
    """Tell whether a text is a personal number of a state, by its check digit or letter."""
    compact = _NOT_ALNUM.sub("", found).upper()
    tests = (_is_pesel, _is_cnp, _is_egn, _is_dni, _is_pps, _is_fiscal_code, _is_dated_number)
    return any(test(compact, found) for test in tests)


def _is_pesel(compact: str, _: str) -> bool:
    if not re.fullmatch(r"[0-9]{11}", compact) or len(set(compact)) == 1:
        return False
    return (10 - _weighted(compact, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(compact[10])


def _is_cnp(compact: str, _: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{12}", compact):
        return False
    rest = _weighted(compact, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if rest == 10 else rest) == int(compact[12])


def _is_egn(compact: str, _: str) -> bool:
    if not re.fullmatch(r"[0-9]{2}(?:[024][1-9]|[135][0-2])[0-3][0-9]{5}", compact):
        return False
    return _weighted(compact, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(compact[9])


def _is_dni(compact: str, _: str) -> bool:
    if not re.fullmatch(r"(?:[0-9]{8}|[XYZ][0-9]{7})[A-Z]", compact):
        return False
    number = compact[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI_LETTERS[int(number) % 23] == compact[-1]


def _is_pps(compact: str, _: str) -> bool:
    if not re.fullmatch(r"[0-9]{7}[A-W][A-I]?", compact):
        return False
    extra = (ord(compact[8]) - ord("A") + 1) * 9 if len(compact) == 9 else 0
    return _PPS_LETTERS[(_weighted(compact, (8, 7, 6, 5, 4, 3, 2)) + extra) % 23] == compact[7]


def _is_fiscal_code(compact: str, _: str) -> bool:
    return re.fullmatch(r"[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]", compact) is not None


def _is_dated_number(_: str, found: str) -> bool:
    """Tell a number that begins with a date of birth, as Nordic and Czech ones do: 010181-123A, 815301/1234."""
    match = re.fullmatch(r"\s*([0-9]{2})([0-9]{2})([0-9]{2})[-+/][0-9]{3,4}\s*", found)
    if not match:
        return False
    first, month, last = (int(part) for part in match.groups())
    return 1 <= month % 50 <= 12 and (1 <= first <= 31 or 1 <= last <= 31)


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "": lambda _: True,
    "nhs_number": is_nhs_number,
    "bank_details": is_bank_detail,
    "ip_address": is_address_of_internet,
    "share_code": is_share_code,
    "hash": is_hash,
    "identity_number": is_identity_number,
}
