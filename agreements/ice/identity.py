"""When two printed names are one agency: the same name folded, however its police are spelled. Pure."""

import re

from municipalities.names import fold

_POLICE = re.compile(r"\b(?:police (?:dept|department)|pd|p d|police)$")
_OFFICE = re.compile(r"\bsheriffs? (?:office|dept|department)$|\bso$|\bsheriffs?$")


def identity(name: str) -> str:
    """The folded name by which an agency of one state is known: "City of Miami PD" and "Miami Police Dept." agree.

    A constable, a marshal or a public safety department stays apart from the police of the same town.
    """
    folded = fold(name)
    folded = _POLICE.sub("police", folded)
    return _OFFICE.sub("sheriff", folded)
