"""When two printed names are one agency: the same name folded, however its police are spelled. Pure."""

import re

from agreements.ice.agencies import plain

_POLICE = re.compile(r"\b(?:police (?:dept|department)|pd|p d|police)$")
_OFFICE = re.compile(r"\bsheriffs? (?:office|dept|department)$|\bso$|\bsheriffs?$")


def identity(name: str, state: str) -> str:
    """The folded name by which an agency of one state is known: "City of Miami PD" and "Miami Police Dept." agree.

    A constable, a marshal or a public safety department stays apart from the police of the same town.
    """
    folded = plain(name, state)
    folded = _POLICE.sub("police", folded)
    return _OFFICE.sub("sheriff", folded)
