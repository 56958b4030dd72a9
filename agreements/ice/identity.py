"""When two printed names are one agency: the same name folded, however its police are spelled. Pure."""

import re

from agreements.ice.agencies import plain
from agreements.ice.cells import STATE_NAMES
from municipalities.names import fold

_POLICE = re.compile(r"\b(?:police (?:dept|department)|pd|p d|police)$")
_OFFICE = re.compile(r"\bsheriffs? (?:office|dept|department)$|\bso$|\bsheriffs?$")
_CONSTABLE = re.compile(r"\bconstabl\w*(?: office)?$")
#: What a state's own agency is called; only before these may the state's name be left out.
_OF_STATE = re.compile(r"^(?:department|division|office|bureau) of ")


def identity(name: str, state: str) -> str:
    """The folded name by which an agency of one state is known: "City of Miami PD" and "Miami Police Dept." agree, and
    "Virginia Department of Corrections" is Virginia's Department of Corrections.

    A constable, a marshal or a public safety department stays apart from the police of the same town.
    """
    folded = re.sub(r"\bdept\b", "department", plain(name, state))
    state_name = f"{fold(STATE_NAMES.get(state, ''), keep_kind=True)} "
    if folded.startswith(state_name) and _OF_STATE.match(folded.removeprefix(state_name)):
        folded = folded.removeprefix(state_name)
    folded = _CONSTABLE.sub("constable", folded)
    folded = _POLICE.sub("police", folded)
    return _OFFICE.sub("sheriff", folded)
