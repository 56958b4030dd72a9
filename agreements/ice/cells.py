"""One cell of ICE's workbooks at a time: what was typed, as the one value it can mean, or the reason why it cannot.

Every reading is a pair: the value, and a fault ("" where there is nothing to say). A spelling known from ICE's sheets
is read without a word; a slip that comes near one known name only is read and said; the rest stays empty and is said.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher

#: Section 287(g) was enacted in 1996: nothing was signed before.
FIRST_DAY = date(1996, 1, 1)
#: Day 0 of a workbook's serial dates, which count a February 29, 1900 that never was.
SERIAL_ZERO = date(1899, 12, 30)
#: How alike (0 to 1) a slip must be to a known name, and how much less alike to every other.
NEAR = 0.85
MARGIN = 0.04

#: The names of states and territories by postal code, as fixtures/places/states.csv has them.
STATE_NAMES: Mapping[str, str] = {
    "AK": "Alaska",
    "AL": "Alabama",
    "AR": "Arkansas",
    "AS": "American Samoa",
    "AZ": "Arizona",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DC": "District of Columbia",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "GU": "Guam",
    "HI": "Hawaii",
    "IA": "Iowa",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "MA": "Massachusetts",
    "MD": "Maryland",
    "ME": "Maine",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MO": "Missouri",
    "MP": "Northern Mariana Islands",
    "MS": "Mississippi",
    "MT": "Montana",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "NE": "Nebraska",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NV": "Nevada",
    "NY": "New York",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "PR": "Puerto Rico",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VA": "Virginia",
    "VI": "U.S. Virgin Islands",
    "VT": "Vermont",
    "WA": "Washington",
    "WI": "Wisconsin",
    "WV": "West Virginia",
    "WY": "Wyoming",
}
#: Their codes by name in capitals, as ICE prints it.
STATES: Mapping[str, str] = {name.upper(): code for code, name in STATE_NAMES.items()}

PROGRAMS: Mapping[str, str] = {
    "task force model": "tfm",
    "task force officer": "tfm",
    "tfm": "tfm",
    "jail enforcement model": "jem",
    "jem": "jem",
    "warrant service officer": "wso",
    "warrant services officer": "wso",
    "warrant service office": "wso",
    "wso": "wso",
    "tribal task force model": "ttfm",
    "ttfm": "ttfm",
}
TYPES: Mapping[str, str] = {
    "county": "county",
    "municipality": "municipality",
    "municipal": "municipality",
    "state agency": "state",
    "state": "state",
    "tribal": "tribal",
    "tribe": "tribal",
}

_NOT_AVAILABLE = re.compile(r"#?\s*(?:n\s*[/?]?\s*a|ref!|value!|name\??)[.!]?", re.IGNORECASE)
_DATE_TEXT = re.compile(r"[0-9][0-9/.\-]{4,11}")


def tidy(text: str) -> str:
    """`text` without blanks around it and with single spaces, no-break spaces and newlines included."""
    return " ".join(text.split())


def read_state(text: str) -> tuple[str, str]:
    """The postal code of a state or territory, "" where none can be made out."""
    name = tidy(text).upper()
    if name in STATE_NAMES:
        return name, ""
    return _read(name, STATES, "state")


def read_program(text: str) -> tuple[str, str]:
    """tfm, jem, wso or ttfm; "" where it cannot be made out."""
    return _read(tidy(text).lower(), PROGRAMS, "program")


def read_type(text: str) -> tuple[str, str]:
    """county, municipality, state or tribal; "" for not available, said only where it is something else."""
    value = tidy(text).lower()
    if not value or _NOT_AVAILABLE.fullmatch(value):
        return "", ""
    return _read(value, TYPES, "type")


def read_county(text: str) -> str:
    """The county as printed, tidied; "" for every way of writing that there is none (#N/A, #NA, N/A, #n?A)."""
    value = tidy(text)
    return "" if _NOT_AVAILABLE.fullmatch(value) else value


def read_signed(value: object, published_on: date) -> tuple[date | None, str]:
    """The day in a SIGNED cell: a true date, a serial number, or text of which exactly one day can be read.

    None, with the reason, for text with no reading or several, a day before 1996, and a day after `published_on`.
    """
    match value:
        case datetime():
            return _in_range(value.date(), published_on, "")
        case date():
            return _in_range(value, published_on, "")
        case bool():
            return None, "is no date"
        case int() | float():
            if not 0 < value < 2_958_466:  # the last day of the year 9999
                return None, "is a number that is no day"
            day = SERIAL_ZERO + timedelta(days=int(value))
            return _in_range(day, published_on, f"a number, read as {day.isoformat()}")
        case _:
            return _day_in_text(tidy(str(value)), published_on)


def nearest(value: str, names: Mapping[str, str]) -> str:
    """The one of `names` that `value` is a slip of, "" where none is near or two of different meaning are."""
    scored = sorted(((SequenceMatcher(None, value, name).ratio(), name) for name in names), reverse=True)
    score, best = scored[0] if scored else (0.0, "")
    others = (other for other, name in scored[1:] if names[name] != names[best])
    return best if score >= NEAR and score - next(others, 0.0) >= MARGIN else ""


def _read(value: str, names: Mapping[str, str], what: str) -> tuple[str, str]:
    if value in names:
        return names[value], ""
    if not value:
        return "", f"no {what} is given"
    if near := nearest(value, names):
        return names[near], f"read as {near}"
    return "", f"is no {what} known to us"


def _in_range(day: date, published_on: date, fault: str) -> tuple[date | None, str]:
    if day < FIRST_DAY:
        return None, f"{day.isoformat()} is before 1996, when section 287(g) was enacted"
    if day > published_on:
        return None, f"{day.isoformat()} is after the day of the sheet, {published_on.isoformat()}"
    return day, fault


def _day_in_text(text: str, published_on: date) -> tuple[date | None, str]:
    if not text:
        return None, "no date is given"
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", text):
        days = _days([tuple(map(int, iso.groups()))])
        return _in_range(days[0], published_on, "") if days else (None, "is no day of the calendar")
    if not _DATE_TEXT.fullmatch(text):
        return None, "is no date"
    parts = re.split(r"[/.\-]", text)
    days = _days(_readings(parts))
    within = [day for day in days if FIRST_DAY <= day <= published_on]
    if len(within) == 1:
        is_whole = len(parts) == 3 and len(parts[2]) == 4
        return within[0], "" if is_whole else f"not written as a whole date; read as {within[0].isoformat()}"
    if len(within) > 1:
        return None, "can be read as " + " or ".join(day.isoformat() for day in within)
    return _in_range(days[0], published_on, "") if days else (None, "is no date that can be read")


def _readings(parts: list[str]) -> list[tuple[int, ...]]:
    """Every (year, month, day) that digits in the American order can mean, missing slashes put back wherever they fit.

    The year has four digits; two only where no slash is missing. Slashes that stand are kept.
    """
    if len(parts) == 3 and len(parts[2]) == 2 and all(0 < len(part) <= 2 for part in parts[:2]):
        month, day, year = map(int, parts)
        return [(2000 + year, month, day)]
    breaks, digits = set(), ""
    for part in parts:
        digits += part
        breaks.add(len(digits))
    found: list[tuple[int, ...]] = []
    for month in (1, 2):
        for day in (1, 2):
            cuts = {month, month + day, len(digits)}
            if len(digits) == month + day + 4 and breaks <= cuts:
                found.append((int(digits[-4:]), int(digits[:month]), int(digits[month : month + day])))
    return found


def _days(readings: list[tuple[int, ...]]) -> list[date]:
    """Those of `readings` that are days of the calendar, each once."""
    days = []
    for year, month, day in readings:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return list(dict.fromkeys(days))
