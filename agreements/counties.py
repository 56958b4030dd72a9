"""What counties are called."""

from municipalities.models import State

#: What a state's counties are called where they are not called so: one, and many.
_EQUIVALENT = ("county equivalent", "county equivalents")
_COUNTY_WORDS = {
    "AK": ("borough or census area", "boroughs and census areas"),
    **dict.fromkeys(("AS", "DC", "GU", "MP", "VI"), _EQUIVALENT),
    "LA": ("parish", "parishes"),
    "PR": ("municipio", "municipios"),
}


def county_words(state: State) -> tuple[str, str]:
    """What the state's counties are called, one and many."""
    return _COUNTY_WORDS.get(state.code, ("county", "counties"))
