"""What an agency is, from its name, whatever ICE's TYPE says: a campus is no city, a constable no town police."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from agreements.ice.cells import STATE_NAMES
from municipalities.names import fold

Kind: TypeAlias = Literal[
    "municipal_police",
    "regional_police",
    "municipal_government",
    "sheriff",
    "county_jail",
    "county_other",
    "state_police",
    "state_corrections",
    "state_other",
    "campus",
    "school_district",
    "airport_port",
    "constable",
    "prosecutor",
    "tribal",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATE_KINDS: frozenset[Kind] = frozenset({"state_police", "state_corrections", "state_other"})

# Patterns read folded text: lower case, no apostrophes, one blank between words.
_POLICE = re.compile(
    r"^(?P<stem>.+?) (?:(?:department|dept|division|office) of police|police|polce|pd|p d|bureau of police"
    r"|(?:department|dept|division|office) of public safety|public safety|dps)\b(?: services)?(?: dep\w+)?(?P<tail>.*)$"
)
_MARSHAL = re.compile(r"^(?P<stem>.+?) marshals?\b(?P<tail>.*)$")
_SHERIFF = re.compile(r"\bsher+if+s?\b")
_CONSTABLE = re.compile(r"\bconstabl")
_PROSECUTOR = re.compile(
    r"\b(?:district|state|states|county|commonwealths|prosecuting|city) attorneys?\b|\bprosecutors?\b|\bsolicitors?\b"
)
_CAMPUS = re.compile(r"\b(?:universit(?:y|ies)|colleges?|campus)\b")
_SCHOOL = re.compile(r"\b(?:c?isd|schools?)\b")
_PORT = re.compile(
    r"\b(?:airports?|aviation|seaport|port authority|port of \w+|transit|transportation authority|railroad|railway)\b"
)
_TRIBAL = re.compile(
    r"\b(?:tribes?|tribal|nation|pueblo of|rancheria|band of|indian (?:community|reservation|colony))\b"
)
_SPECIAL: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_CAMPUS, "campus"),
    (_SCHOOL, "school_district"),
    (_PORT, "airport_port"),
    (_TRIBAL, "tribal"),
)
_JAIL = re.compile(
    r"\b(?:jails?|detention|corrections?|correctional|prison|penitentiary|rehabilitation|criminal justice authority)\b"
)
_REGIONAL = re.compile(r"\bregional\b|\bpolice (?:authority|cooperative|commission)\b|\bjoint police\b")
_TASK_FORCE = re.compile(r"\btask force\b")
_COUNTY_BOARD = re.compile(r"\b(?:bocc|board of (?:county )?(?:commissioners|supervisors)|county commission)\b")

# After the state's own name; "Texas City Department of Public Safety" has another word between.
_OF_STATE = re.compile(
    r"(?:state )?(?:(?:department|dept|division|bureau|office|commission) (?:of|on|for)\b|doc\b"
    r"|(?:national )?guard\b|(?:state )?(?:highway )?(?:state )?(?:police|patrol|troopers)\b|military department\b"
    r"|attorney general|law enforcement division\b|fish\b|wildlife\b|game\b|gaming\b|lottery\b|alcohol|marine\b"
    r"|capitol police\b)"
)
# Without it.
_STATEWIDE = re.compile(
    r"\b(?:national guard|state guard|highway patrol|attorney general|attorneys general|state fire marshal"
    r"|state auditor|department of state police)\b"
)
_HEADLESS = re.compile(r"^(?:the )?(?:office|department|dept|division|bureau|criminal investigations? division)\b")
_STATE_POLICE = re.compile(
    r"\b(?:highway patrol|state police|state patrol|highway state patrol|state troopers"
    r"|(?:department|dept) of (?:public )?safety)\b"
)
_STATE_DESK = re.compile(r"\b(?:information center|standards and training|fire marshal)\b")
_STATE_CORRECTIONS = re.compile(r"\bcorrection|\bdoc\b|\bprisons?\b")
#: What a territory's agencies call it.
_OTHER_STATE_NAMES = {"MP": ("cnmi",)}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an agency is; `stem` is the folded part of its name that may name its place, `tail` what follows the word
    police ("montour" in "Mahoning Twp Police Department - Montour"). `is_sure` is no where only TYPE spoke."""

    kind: Kind
    stem: str
    tail: str = ""
    is_sure: bool = True


def plain(name: str, state: str) -> str:
    """The folded name of an agency, without its state written last (", PA")."""
    folded = fold(re.sub(rf",\s*(?:{state})\s*$", "", name) if state else name)
    return re.sub(r"\bcountys\b", "county", folded)


def recognise(name: str, state: str, *, agency_type: str, program: str, is_town: Callable[[str], bool]) -> Recognised:
    """What `name` is. `is_town` tells whether a folded name is that of a municipality of the state: the police of
    College Station and University Park are theirs, not a campus's."""
    text = plain(name, state)
    police = _POLICE.match(text)
    stem = police["stem"] if police else text
    if _CONSTABLE.search(text):
        return Recognised("constable", text)
    state_kind = _state_kind(text, state, agency_type)
    if state_kind is not None:
        return Recognised(state_kind, "")
    if _PROSECUTOR.search(text):
        return Recognised("prosecutor", text)
    # Words that are also parts of towns' names.
    if not (police and is_town(stem)):
        for pattern, kind in _SPECIAL:
            if pattern.search(text):
                return Recognised(kind, text)
    if program == "ttfm" or agency_type == "tribal":
        return Recognised("tribal", text)
    if sheriff := _SHERIFF.search(text):
        return Recognised("sheriff", text[: sheriff.start()].strip())
    if not police and (jail := _JAIL.search(text)):
        return Recognised("county_jail", text[: jail.start()].strip())
    if _TASK_FORCE.search(text):
        return Recognised("state_other" if agency_type == "state" else "county_other", text)
    if _COUNTY_BOARD.search(text):
        return Recognised("county_other", text)
    if _REGIONAL.search(text) and not (police and is_town(stem)):
        return Recognised("regional_police", text)
    return _local(text, police, agency_type, is_town)


def _local(text: str, police: re.Match[str] | None, agency_type: str, is_town: Callable[[str], bool]) -> Recognised:
    if police:
        is_county = police["stem"].split()[-1] in ("county", "parish") and not is_town(police["stem"])
        return Recognised("county_other" if is_county else "municipal_police", police["stem"], police["tail"].strip())
    if marshal := _MARSHAL.match(text):
        stem = marshal["stem"]
        if re.fullmatch(r"(?:.* )?ward \w+|(?:.* )?parish", stem):
            return Recognised("constable", text)
        if stem.endswith(" fire"):
            return Recognised("municipal_government", stem.removesuffix(" fire"))
        return Recognised("municipal_police", stem)
    if is_town(text):
        return Recognised("municipal_government", text)
    by_type: dict[str, Kind] = {"state": "state_other", "county": "county_other"}
    return Recognised(by_type.get(agency_type, "municipal_government"), text, is_sure=False)


def _state_kind(text: str, state: str, agency_type: str) -> Kind | None:
    """Which kind of state agency `text` names; None for none."""
    own = [fold(STATE_NAMES.get(state, "")), *_OTHER_STATE_NAMES.get(state, ())]
    is_state = bool(_STATEWIDE.search(text)) or any(
        text.startswith(f"{name} ") and _OF_STATE.match(text[len(name) + 1 :]) for name in own if name
    )
    if not is_state and agency_type in ("state", "") and not _PROSECUTOR.search(text):
        is_state = bool(_HEADLESS.match(text) or (agency_type and _STATE_POLICE.match(text)))
    if not is_state:
        return None
    if _STATE_CORRECTIONS.search(text):
        return "state_corrections"
    if _STATE_POLICE.search(text) and not _STATE_DESK.search(text):
        return "state_police"
    return "state_other"
