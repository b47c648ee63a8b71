"""Makers of identifiers in many forms, from a seed.

Nothing here belongs to anybody: names are combined at random, numbers drawn (with right check digits where a kind has
them), and telephone numbers, postcodes and domains come from ranges that are never given out where there are such.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
PEOPLE = {
    key: text.split() for key, text in tomllib.loads((HERE / "identifier_people.toml").read_text("utf-8")).items()
}


def digits(rng: Random, n: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(n))


def letters(rng: Random, n: int, among: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
    return "".join(rng.choice(among) for _ in range(n))


def given(rng: Random) -> str:
    return rng.choice(PEOPLE["given"])


def surname(rng: Random) -> str:
    return rng.choice(PEOPLE["surnames"])


def birth(rng: Random) -> date:
    return date(1938, 1, 1) + timedelta(days=rng.randrange(365 * 70))


def recent(rng: Random) -> date:
    return date(2018, 9, 1) + timedelta(days=rng.randrange(365 * 8))


def spaced(rng: Random, number: str) -> str:
    """Put odd spaces and marks into a number."""
    places = sorted(rng.sample(range(3, len(number) - 1), rng.choice([1, 2, 3])), reverse=True)
    for place in places:
        number = number[:place] + rng.choice([" ", "-", "  ", " "]) + number[place:]
    return number


def name(rng: Random) -> str:
    first, last = given(rng), surname(rng)
    forms = [
        f"{first} {last}",
        f"{first} {last}",
        f"{last}, {first}",
        f"{last} {first}",
        f"{first.upper()} {last.upper()}",
        f"{last.upper()}, {first}",
        f"{first} {letters(rng, 1)}. {last}",
        f"Mr {last}",
        f"Mrs {first} {last}",
        f"Ms. {last}",
        f"{first} {given(rng)} {last}",
        f"{first} {last}-{surname(rng)}",
        f"{first.lower()} {last.lower()}",
        f"{last} {first[0]}",
        f"{first[0]}. {last}",
        f"{first} {last} & {given(rng)} {last}",
    ]
    return rng.choice(forms)


def telephone(rng: Random) -> str:
    uk = rng.choice(["07700900", "02079460", "01614960", "01174960"]) + digits(rng, 3)
    abroad = rng.choice(["+48", "+40", "+353", "+351", "+34", "+39", "+359", "0048", "0040", "00353"])
    forms = [
        uk,
        spaced(rng, uk),
        f"+44{uk[1:]}",
        spaced(rng, f"+44{uk[1:]}"),
        f"0044 {uk[1:]}",
        f"({uk[:3]}) {uk[3:7]} {uk[7:]}",
    ]
    forms += [
        abroad + digits(rng, 9).replace("0", "6"),
        spaced(rng, f"{abroad} 6{digits(rng, 8)}"),
        f"+44 (0) {uk[1:]}",
    ]
    return rng.choice([*forms, f"call {uk}", f"{uk} (home)", f"Tel: {uk}"])


def national_insurance_number(rng: Random) -> str:
    start, number, end = rng.choice(["AB", "JC", "NS", "QQ", "ZR", "PX", "SL"]), digits(rng, 6), rng.choice("ABCD")
    start = "AB" if start == "QQ" else start
    parts = [start, number[:2], number[2:4], number[4:], end]
    forms = [
        start + number + end,
        " ".join(parts),
        "-".join(parts),
        (start + number + end).lower(),
        f"{start} {number} {end}",
    ]
    return rng.choice(
        [*forms, f"TN{birth(rng):%d%m%y}{rng.choice('MF')}", f"NI {start}{number}{end}", f"{start}{number} {end}"]
    )


def home_office_reference(rng: Random) -> str:
    number = digits(rng, 7)
    forms = [
        f"{letters(rng, 1)}{number}",
        f"{letters(rng, 1).lower()}{number}",
        f"{letters(rng, 1)}{number}/2",
        f"GWF{digits(rng, 9)}",
    ]
    forms += [f"GWF {digits(rng, 9)}", "-".join(["3434", digits(rng, 4), digits(rng, 4), digits(rng, 4)])]
    return rng.choice(
        [
            *forms,
            f"1212 {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)}",
            f"1212{digits(rng, 12)}",
            f"HO ref {letters(rng, 1)}{number}",
        ]
    )


def unique_client_number(rng: Random) -> str:
    day, last, first = f"{birth(rng):%d%m%Y}", surname(rng).upper()[:4], letters(rng, 1)
    return rng.choice(
        [
            f"{day}/{first}/{last}",
            f"{day}/{first}/{last}",
            f"{day}{first}{last}",
            f"{day} {first} {last}",
            f"{day}-{first}-{last}",
        ]
    )


def address(rng: Random) -> str:
    area, unit = (
        rng.choice(["ZZ9", "SW1A", "E8", "M14", "LS11", "BT7", "CF10", "EH1", "N1"]),
        f"{digits(rng, 1)}{letters(rng, 2, 'ABDEFGHJLNPQRSTUWXYZ')}",
    )
    street = rng.choice(["High", "Acacia", "Station", "Mill", "St Mary’s", "Old Kent"])
    road = f"{rng.randrange(1, 300)} {street} {rng.choice(['Street', 'Road', 'Avenue', 'Lane', 'Rd', 'Close'])}"
    forms = [
        f"{area} {unit}",
        f"{area}{unit}",
        f"{area} {unit}".lower(),
        f"{area}  {unit}",
        road,
        f"Flat {rng.randrange(1, 90)}, {road}",
    ]
    return rng.choice([*forms, f"{road}, London {area} {unit}"])


def email(rng: Random) -> str:
    user = rng.choice([f"{given(rng)}.{surname(rng)}".lower(), f"info{digits(rng, 2)}", "a.client+1"])
    user = "".join(letter for letter in user if letter.isascii()) or "x"
    host = rng.choice(["example.org", "mail.example.co.uk", "example.com"])
    return rng.choice(
        [f"{user}@{host}", f"{user} @ {host}", f"{user}(at){host}", f"write to {user}@{host}", f"{user}@{host}".upper()]
    )


def nhs_number(rng: Random) -> str:
    while True:
        start = digits(rng, 9)
        check = (11 - sum(int(d) * w for d, w in zip(start, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10 and len(set(start)) > 1:
            return f"{start[:3]} {start[3:6]} {start[6:]}{check}"


def bank_details(rng: Random) -> str:
    country, bank = rng.choice([("GB", letters(rng, 4)), ("PL", digits(rng, 8)), ("RO", letters(rng, 4))])
    body = bank + digits(rng, 14 if country == "GB" else 16)
    number = int("".join(str(int(letter, 36)) for letter in f"{body}{country}00"))
    iban = f"{country}{98 - number % 97:02d}{body}"
    blocks = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
    sort = f"{digits(rng, 2)}-{digits(rng, 2)}-{digits(rng, 2)}"
    return rng.choice([iban, blocks, f"{sort} {digits(rng, 8)}", f"{sort} / {digits(rng, 8)}", f"sort code {sort}"])


def hashed(rng: Random) -> str:
    text = f"{name(rng)} {digits(rng, 4)}".lower().encode()
    made = hashlib.new(rng.choice(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]), text)
    whole = base64.b64encode(made.digest()).decode()
    return rng.choice(
        [made.hexdigest(), made.hexdigest().upper(), whole, str(uuid.uuid5(uuid.NAMESPACE_DNS, text.hex()))]
    )


def web_address(rng: Random) -> str:
    user = letters(rng, 6).lower()
    return rng.choice(
        [f"https://example.org/{user}", f"www.example.org/{user}", f"facebook.com/{user}", f"@{user}_1", f"t.me/{user}"]
    )


def share_code(rng: Random) -> str:
    code = rng.choice("WRS") + "".join(rng.sample(letters(rng, 4) + "23456789"[: rng.randrange(4, 8)], 8))
    return rng.choice([f"{code[:3]} {code[3:6]} {code[6:]}", f"{code[:3]}-{code[3:6]}-{code[6:]}"])


def free_text(rng: Random) -> str:
    first, moment = given(rng), rng.choice(["3/4", "Monday", "12 March", "last week"])
    forms = [
        f"Client's son {first} called on {moment}",
        f"Spoke to {first} re PIP, she will ring back",
        f"He lost his job and was evicted {moment}",
        f"{first} attended with her mother. Needs interpreter.",
        f"Advised cl that she can apply; husband {first} is Italian",
        f"Rang client on {moment}, no answer. Left message with his wife",
        f"She says her landlord told them to leave {moment}",
        f"Client was upset, he came in {moment} and said he will appeal!",
    ]
    return rng.choice(forms)


IDENTIFYING: dict[str, Callable[[Random], str]] = {
    "name": name,
    "telephone": telephone,
    "national insurance number": national_insurance_number,
    "home office reference": home_office_reference,
    "unique client number": unique_client_number,
    "address": address,
    "email": email,
    "nhs number": nhs_number,
    "bank details": bank_details,
    "hash": hashed,
    "web address": web_address,
    "share code": share_code,
    "free text": free_text,
}
