"""Names that may be one agency's: what vanished from the list, and what appeared in its place. Pure.

Nothing is joined here. While such a question is open, the absence of the name that vanished is no departure.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from agreements.dates import day_in_words
from agreements.ice.history import SheetOf
from agreements.ice.identify import Identified, KnownAgency
from agreements.ice.planned import AgreementKey, Proposal
from agreements.ice.presence import OnLists, Presence

#: A name that takes another's place does so within this time, before or after the other is last printed.
NEAR_IN_TIME = timedelta(days=14)
#: How alike (0 to 1) two folded names must be to be worth a question.
NEAR_IN_SPELLING = 0.8


def doubts(
    identified: Identified,
    on_lists: Mapping[AgreementKey, OnLists],
    sheets: Sequence[SheetOf],
    rulings: Mapping[str, bool],
) -> list[Proposal]:
    """A question for every agreement that is gone from the participating list and may stand there under another name.

    A no given before closes it; a yes has become an answer, by which the two names are one already.
    """
    listed = {key: lists["participating"] for key, lists in on_lists.items() if "participating" in lists}
    alike: dict[tuple[str, str], list[AgreementKey]] = defaultdict(list)  # by state, or by name, and program
    for key in listed:
        alike[key[0][0], key[1]].append(key)
        alike[key[0][1], key[1]].append(key)
    found = []
    for key, gone in listed.items():
        if not sheets or gone.last.place == len(sheets) - 1:
            continue
        for other in dict.fromkeys([*alike[key[0][0], key[1]], *alike[key[0][1], key[1]]]):
            evidence = _evidence(key, other, identified, listed) if other != key else ()
            proposal_key = "/".join(("same_agency", *key[0], "=", *other[0], key[1]))
            if evidence and proposal_key not in rulings:
                found.append(_proposal(proposal_key, key, other, identified, listed, evidence))
    return found


def _evidence(
    key: AgreementKey,
    other: AgreementKey,
    identified: Identified,
    listed: Mapping[AgreementKey, Presence],
) -> tuple[str, ...]:
    """Why the two may be one; () where nothing speaks for it.

    The same memorandum does; the same day of signing, of a namesake in another state, of the row that took its place,
    or of an agency of the same place; and a near spelling, unless their places speak against it.
    """
    gone, there = listed[key], listed[other]
    is_namesake = key[0][0] != other[0][0]  # of another state: ICE has printed the wrong state for weeks
    places = {seen.place for seen in there.seen}
    took_its_place = gone.last.place + 1 in places and gone.last.place not in places
    is_late = abs(there.first.sheet.published_on - gone.last.sheet.published_on) > NEAR_IN_TIME
    if there.last.place <= gone.last.place or (is_late and not took_its_place):
        return ()
    links = _links(gone) & _links(there)
    printed = {row.signed_on for seen in there.seen for row in seen.rows}
    days = {row.signed_on for row in gone.last.rows} & printed - {None}
    ours, theirs = identified.agencies[key[0]], identified.agencies[other[0]]
    is_near = SequenceMatcher(None, key[0][1], other[0][1]).ratio() >= NEAR_IN_SPELLING
    is_here = ours.placement.is_placed and _places(ours) == _places(theirs) != ((), ())
    is_elsewhere = ours.placement.is_placed and theirs.placement.is_placed and _places(ours) != _places(theirs)
    is_signed_alike = bool(days) and (is_namesake or took_its_place or is_here)
    is_spelled_alike = is_near and not is_namesake and not is_elsewhere
    if not (links or is_signed_alike or is_spelled_alike):
        return ()
    evidence = [f"Both link the same memorandum, {link}." for link in sorted(links)]
    evidence += [f"Both print {day_in_words(day)} as the day of signing." for day in sorted(filter(None, days))]
    evidence += ["Their names are near in spelling."] if is_near else []
    evidence += ["Both belong to the same place."] if is_here else []
    evidence += (
        ["It stands on the first list without the other, and not on the last with it."] if took_its_place else []
    )
    return tuple(evidence)


def _links(presence: Presence) -> set[str]:
    return {row.moa_url.lower() for seen in presence.seen for row in seen.rows if row.moa_url}


def _places(agency: KnownAgency) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (agency.placement.municipality_keys, agency.placement.county_geoids)


def _proposal(
    proposal_key: str,
    key: AgreementKey,
    other: AgreementKey,
    identified: Identified,
    listed: Mapping[AgreementKey, Presence],
    evidence: tuple[str, ...],
) -> Proposal:
    ours, theirs = identified.agencies[key[0]], identified.agencies[other[0]]
    last, first = listed[key].last.sheet, listed[other].first.sheet
    return Proposal(
        kind="same_agency",
        key=proposal_key,
        sentence=f"Is {theirs.name} the agency that was printed as {ours.name}?",
        evidence=(
            f"{ours.name} is last on the list of {day_in_words(last.published_on)}.",
            f"{theirs.name} is first on that of {day_in_words(first.published_on)}.",
            *evidence,
        ),
        about=key,
        other=other,
        sheets=(last.id, first.id),
    )
