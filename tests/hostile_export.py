"""A small export in which every string that can be chosen is hostile, and every personal one is unique.

Ten families of two pilots are followed, so that all figures have something to draw. `PLANTED` says which
texts are personal: none of them may be in what goes out.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from datasets import ITEMS, write_dataset

PILOTS = (
    "<script>alert('pilot')</script>",
    "=cmd|'/C calc'!A0",
    "$\\frac{x$ {{ 7*7 }} {% raw %} </title>",
    '../../x"><img src=x onerror=alert(2)>',
    "CON",
)
TITLE = "</title><script>alert('title')</script> {{ 6*7 }} $x^2$ %s {0} {title}"
UNKNOWN = {
    "coach": "COACH",
    "organisatie": "ORGANISATION",
    "<svg onload=alert(3)>": "UNKNOWNA",
    "=1+1": "UNKNOWNB",
    "{{ 5*9 }} \u202egpj.exe\u0007": "UNKNOWNC",
}
DAYS = (0, 150, 200)  # after the first registration: the last makes a family one that was followed
FILES = {"huishouden": "<b>gezin&'"}
ROOT = '<img src=x onerror=alert("cell")>'


def planted(kind: str, *parts: object) -> str:
    """A text that is nowhere else."""
    return f"{kind}zz" + "zz".join(str(part) for part in parts)


def write_hostile(folder: Path, *, synthetic: bool = False) -> dict[str, list[str]]:
    """Write the export, and say which of its texts are personal, by kind."""
    texts: dict[str, list[str]] = {
        name: [] for name in ("note", "coach", "family", "person", "birth", "cell")
    }
    sheets: dict[str, list[dict[str, Any]]] = {unit: [] for unit in ITEMS}
    for number in range(14):
        for moment in range(3 if number < 10 else 1):
            for unit in ITEMS if moment < 2 else ["huishouden"]:
                sheets[unit].append(_row(unit, number, moment, texts))
    sheets["huishouden"] += _rejected(texts)
    write_dataset(
        folder,
        **sheets,
        names=FILES,
        dataset_yml={
            "title": TITLE,
            "synthetic": synthetic,
            "pilots": list(PILOTS),
            "sheets": FILES,
        },
    )
    return {kind: sorted(set(found)) for kind, found in texts.items()}


def _row(unit: str, number: int, moment: int, texts: dict[str, list[str]]) -> dict[str, Any]:
    """One registration: levels that move, a note at every item, and what is personal."""
    family = f"QXZ{number % 3}".replace("0", "A").replace("1", "B").replace("2", "C") + f"-{731 + number}"
    texts["family"].append(family)
    row: dict[str, Any] = {
        "gezin": family,
        "pilootproject": PILOTS[number % 2],
        "datum": str(dt.date(2022, 4, 1) + dt.timedelta(days=7 * number + DAYS[moment])),
    }
    for place, item in enumerate(ITEMS[unit]):
        row[item] = _level(number, moment, place)
        note = f"<script>alert('{planted('note', unit, number, moment, place)}')</script>"
        row[f"{item}_toelichting"] = note if place % 2 else f"=HYPERLINK({note})"
        texts["note"].append(planted("note", unit, number, moment, place))
    for column, mark in UNKNOWN.items():
        row[column] = planted(mark, unit, number, moment)
        texts["coach"].append(row[column])
    if unit == "huishouden":
        row["gezinstype"] = planted("TYPE", number) if number == 3 else "koppel"
        row["schulden"] = f"{ROOT}{planted('CELL', number)}" if number == 4 else row["schulden"]
        texts["cell"] += [planted("TYPE", 3), planted("CELL", 4)]
    else:
        row["persoon"] = f"<b>$\\frac{{</b>PERSONZZ{unit}{number}".upper()
        texts["person"].append(f"PERSONZZ{unit}{number}".upper())
    if unit == "kind":
        born = dt.date(2013, 1, 1) + dt.timedelta(days=37 * number)
        row["geboortedatum"] = born.strftime("%d/%m/%Y") if number != 5 else "31.11.1899 PERSONAL"
        texts["birth"] += [born.strftime("%d/%m/%Y"), born.isoformat(), "31.11.1899"]
    return row


def _level(number: int, moment: int, place: int) -> int:
    """A level: of every four families one falls from the best to the worst, one rises, the others mix."""
    if number % 4 < 2:
        return 5 if (moment > 0) == (number % 4 > 0) else 1
    return 1 + (3 * number + 5 * place + moment * (1 + number % 3)) % 5


def _rejected(texts: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Rows that the rules reject, with hostile codes, dates and pilots."""
    base = {"gezin": "QXZD-790", "pilootproject": PILOTS[0], "datum": "2022-05-01"}
    bad = [
        {"gezin": '=1+1"><script>CODEZZ1</script>'},
        {"gezin": "TEST CODEZZ2"},
        {"datum": "<i>CODEZZ3</i>"},
        {"pilootproject": "<i>CODEZZ4</i>"},
    ]
    texts["cell"] += ["CODEZZ1", "CODEZZ2", "CODEZZ3", "CODEZZ4"]
    texts["cell"].append("QXZD-790")
    return [base | fault for fault in bad]
