"""One cell of ICE's workbooks at a time: what was typed, as the one value it can mean, or the reason why it cannot.

Every reading is a pair: the value, and a fault ("" where there is nothing to say). A spelling known from ICE's sheets
is read without a word; a slip that comes near one known name only is read and said; the rest stays empty and is said.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from functools import lru_cache

#: Section 287(g) was enacted in 1996: nothing was signed before.
FIRST_DAY = date(1996, 1, 1)
#: Day 0 of a workbook's serial dates, which count a February 29, 1900 that never was.
SERIAL_ZERO = date(1899, 12, 30)
#: The serial number of the last day of the year 9999, and the most digits that a date without slashes has.
LAST_SERIAL, MOST_DIGITS = 2_958_465, 8
#: How alike (0 to 1) a slip must be to a known name, and how much less alike to every other.
NEAR = 0.85
MARGIN = 0.04
#: How many readings of texts are kept at hand: ICE's sheets print the same few thousand again and again.
CACHED = 8_192

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
    "task force": "tfm",
    "tfm": "tfm",
    "jail enforcement model": "jem",
    "jail enforcement": "jem",
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

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATE_TEXT = re.compile(r"[0-9][0-9/.,\\\- ]{4,13}")
_SEPARATOR = re.compile(r" ?[/.,\\-] ?| ")
_WHOLE_DATE = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{4}")
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-/. ])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_TIME = re.compile(
    r"(?P<day>.*[0-9])(?:T|,? )(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]\.?m\.?)?)"
    r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?a\.?m\.?)", re.IGNORECASE)
_WEEKDAY, _MONTH, _DAY = r"(?:[a-z]{3,6}day,? )?", r"(?P<month>[a-z]{3,9})", r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"'?(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_MONTH}[ .,/\-]*{_DAY}[ .,/\-]+{_YEAR}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}[ ./\-]*(?:of )?{_MONTH}[ .,/\-]*{_YEAR}", re.IGNORECASE)


def tidy(text: str) -> str:
    """`text` without blanks around it and with single spaces, no-break spaces and newlines included."""
    return " ".join(text.split())


@lru_cache(CACHED)
def read_state(text: str) -> tuple[str, str]:
    """The postal code of a state or territory, "" where none can be made out."""
    name = tidy(text).upper()
    if name in STATE_NAMES:
        return name, ""
    return _read(name, STATES, "state")


@lru_cache(CACHED)
def read_program(text: str) -> tuple[str, str]:
    """tfm, jem, wso or ttfm; "" where it cannot be made out."""
    return _read(tidy(text).lower(), PROGRAMS, "program")


@lru_cache(CACHED)
def read_type(text: str) -> tuple[str, str]:
    """county, municipality, state or tribal; "" for not available, said only where it is something else."""
    value = tidy(text).lower()
    if not value or _NOT_AVAILABLE.fullmatch(value):
        return "", ""
    return _read(value, TYPES, "type")


@lru_cache(CACHED)
def read_county(text: str) -> str:
    """The county as printed, tidied; "" for every way of writing that there is none (#N/A, #NA, N/A, #n?A)."""
    value = tidy(text)
    return "" if _NOT_AVAILABLE.fullmatch(value) else value


def read_signed(value: object, published_on: date) -> tuple[date | None, str]:
    """The day in a SIGNED cell: a true date, a number, or text of which exactly one day can be read.

    A whole date is read without a word, any other reading is said. None, with the reason, for text with no reading or
    several, a day before 1996, and a day after `published_on`.
    """
    match value:
        case datetime() if value.time() != time.min:
            return _in_range(value.date(), published_on, f"holds a time of day; read as {value.date().isoformat()}")
        case datetime():
            return _in_range(value.date(), published_on, "")
        case date():
            return _in_range(value, published_on, "")
        case bool():
            return None, "is no date"
        case int() | float():
            return _day_in_number(value, published_on)
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
        return None, f"{day.isoformat()} is after the day of the sheet"
    return day, fault


def _day_in_number(number: float, published_on: date) -> tuple[date | None, str]:
    """A workbook's serial number; else the digits of a date typed without its slashes."""
    fault = "is a number that is no day"
    if not 0 < number < 10**MOST_DIGITS:
        return None, fault
    if number < LAST_SERIAL + 1:
        day = SERIAL_ZERO + timedelta(days=int(number))
        read = _in_range(day, published_on, f"a number, read as {day.isoformat()}")
        if read[0]:
            return read
        fault = read[1]
    if number == int(number) and number >= 10**5:
        digits = str(int(number))
        within = _within(_days(_readings([digits]) + _year_first(digits)), published_on)
        if within:
            return _only(within, f"not written as a whole date; read as {within[0].isoformat()}")
    return None, fault


@lru_cache(CACHED)
def _day_in_text(text: str, published_on: date) -> tuple[date | None, str]:
    if not text:
        return None, "no date is given"
    core = text.strip(" .,;'\"")
    is_whole = core == text
    if timed := _TIME.fullmatch(core):
        core = timed["day"]
        is_whole = is_whole and bool(_MIDNIGHT.fullmatch(timed["time"]))
    readings, is_plain = _readings_of_text(core)
    days = _days(readings)
    within = _within(days, published_on)
    if _SERIAL.fullmatch(core):
        serial = SERIAL_ZERO + timedelta(days=int(core[:5]))
        days.append(serial)
        if not within:
            return _in_range(serial, published_on, f"a number, read as {serial.isoformat()}")
        within += [day for day in _within([serial], published_on) if day not in within]
    if within:
        return _only(
            within, "" if is_whole and is_plain else f"not written as a whole date; read as {within[0].isoformat()}"
        )
    if days:
        return _in_range(days[0], published_on, "")
    if readings:
        return None, "is no day of the calendar"
    return None, "is no date that can be read" if any(letter.isdigit() for letter in core) else "is no date"


def _readings_of_text(text: str) -> tuple[list[tuple[int, ...]], bool]:
    """Every (year, month, day) that `text` can mean, and whether it is a whole date in figures."""
    if written := _MONTH_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        name = written["month"].lower()
        months = [number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name)]
        return [(year, month, int(written["day"])) for month in months for year in _years(written["year"])], False
    if first := _year_first(text):
        return first + (_readings([text]) if text.isdigit() else []), "-" in text
    if not _DATE_TEXT.fullmatch(text):
        return [], False
    found = _readings(_SEPARATOR.split(text))
    if " " in text and not _days(found):
        found = _readings(_SEPARATOR.split(text.replace(" ", "")))
    if _SERIAL.fullmatch(text):
        # Five figures are a serial number or a date with a year of two: told apart only by what is possible.
        cuts = [(text[:month], text[month:3]) for month in (1, 2)]
        found = [(year, int(month), int(day)) for month, day in cuts for year in _years(text[3:5])]
    return found, bool(_WHOLE_DATE.fullmatch(text))


def _year_first(text: str) -> list[tuple[int, ...]]:
    """2025-07-02, with another sign between, or 20250702, as (year, month, day)."""
    if not (found := _YEAR_FIRST.fullmatch(text)):
        return []
    year, _, *rest = found.groups()
    month, day = (int(part) for part in rest if part is not None)
    return [(int(year), month, day)] if year[:2] in ("19", "20") or "-" in text else []


def _years(digits: str) -> list[int]:
    """The years that two or four digits mean."""
    return [int(digits)] if len(digits) == 4 else [2000 + int(digits), 1900 + int(digits)]


def _within(days: list[date], published_on: date) -> list[date]:
    return [day for day in days if FIRST_DAY <= day <= published_on]


def _only(days: list[date], fault: str) -> tuple[date | None, str]:
    if len(days) == 1:
        return days[0], fault
    return None, "can be read as " + " or ".join(day.isoformat() for day in days)


def _readings(parts: list[str]) -> list[tuple[int, ...]]:
    """Every (year, month, day) that digits in the American order can mean, missing slashes put back wherever they fit.

    The year has four digits; two only where no slash is missing. Slashes that stand are kept.
    """
    if len(parts) == 3 and len(parts[2]) == 2 and all(0 < len(part) <= 2 for part in parts[:2]):
        return [(year, int(parts[0]), int(parts[1])) for year in _years(parts[2])]
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
