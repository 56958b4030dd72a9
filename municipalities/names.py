"""Names of places, folded to one spelling so that what people and ICE write can be compared with the Census's.

Pure functions of text. A folded name is lower case ASCII words parted by single spaces:

    Ft. Lauderdale                     fort lauderdale
    City of South Miami                south miami
    South Miami city                   south miami          (the Census writes the kind last, in lower case)
    Dade City                          dade city            (a capital: part of the name)
    Miami-Dade, Coeur d’Alene          miami dade, coeur dalene
    Bensalem Twp.                      bensalem township

Folding never drops a word that could be part of a name, so Miami, Miami Beach, North Miami and Miami Shores stay
apart and Dade City never becomes Dade. Near misses are for `municipalities.lookup` to propose, not for this module.
"""

import re
import unicodedata

# What one written word stands for, wherever it stands.
ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "mtn": "mountain",
    "pt": "point",
    "twp": "township",
    "twsp": "township",
    "boro": "borough",
    "vlg": "village",
    "bch": "beach",
    "spg": "spring",
    "spgs": "springs",
    "hts": "heights",
    "gdns": "gardens",
    "jct": "junction",
}
# These are words of their own elsewhere: a direction only before a name, a county only after one.
LEADING = {"n": "north", "s": "south", "e": "east", "w": "west"}
TRAILING = {"co": "county"}

KINDS = ("city", "town", "village", "borough", "township", "municipality", "plantation", "county", "parish")

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʻʼ′"))
_PREFIX = re.compile(
    rf"^(?:the )?(?:charter township|city and (?:county|borough)|(?P<kind>{'|'.join(KINDS)})) of (?=\S)"
)
# Only lower case counts here: "Dade City" keeps its City, "Dade City city" loses its second.
_CENSUS_KIND = re.compile(
    r"\s+(?:charter township|metro township|township|city and borough|city and county|city|town|village|borough"
    r"|municipality|plantation|corporation|urban county"
    r"|(?:metropolitan|metro|unified|consolidated) government)$"
)
_BALANCE = re.compile(r"\s*\(balance\)$", re.IGNORECASE)


def _words(text: str) -> list[str]:
    """The words of `text` in lower case ASCII, abbreviations written out."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold().replace("&", " and ")
    words = [ABBREVIATIONS.get(word, word) for word in re.findall(r"[^\W_]+", plain)]
    if len(words) > 1:
        words[0] = LEADING.get(words[0], words[0])
        words[-1] = TRAILING.get(words[-1], words[-1])
    return words


def fold(text: str, *, keep_kind: bool = False) -> str:
    """`text` as a folded name: see the module's table. "" for text without a letter or digit.

    With `keep_kind` a kind written last stays ("south miami city"), for text that a person typed.
    """
    text = _BALANCE.sub("", text.strip())
    if not keep_kind and any(char.isupper() for char in text):
        text = _CENSUS_KIND.sub("", text)
    return _PREFIX.sub("", " ".join(_words(text)))


def forms(name: str, full_name: str = "") -> tuple[str, ...]:
    """Every folded name under which a place may be written, best first and each once.

    The name itself comes first, then the full name without and with its kind ("bensalem", "bensalem township"), then
    both halves of a name that the Census prints twice ("El Paso de Robles (Paso Robles) city"). A text that equals the
    first is the place's own name; one that equals a later form is weaker evidence ("Union City" is the city of Union
    only where no Union City is in reach).
    """
    bare = _BALANCE.sub("", full_name.strip())
    found = [fold(name, keep_kind=True), fold(bare), fold(bare, keep_kind=True)]
    if twice := re.fullmatch(r"(?P<official>[^()]+) \((?P<everyday>[^()]+)\).*", bare):
        found += [fold(twice["official"]), fold(twice["everyday"])]
    return tuple(dict.fromkeys(form for form in found if form))


def kind_of(text: str) -> str:
    """The kind of place that `text` claims: the first word of "Town of Davie", the last of "Bensalem Twp", else "".

    A claim, not a fact: "Dade City" claims city, and Miami Shores Village is right to.
    """
    words = _words(text)
    if match := _PREFIX.match(" ".join(words)):
        return match["kind"] or ("township" if "township of" in match[0] else "city")
    return words[-1] if len(words) > 1 and words[-1] in KINDS else ""


def squash(text: str) -> str:
    """The folded name without spaces, for what is written in one word or two: La Belle and LaBelle."""
    return fold(text).replace(" ", "")
