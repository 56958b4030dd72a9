from pathlib import Path

import pytest
from django.conf import settings

from agreements.ice.agencies import KINDS
from agreements.ice.aliases import COLUMNS, read_aliases
from agreements.kinds import AgencyKind
from municipalities.reading import read

HEADER = ",".join(COLUMNS)


def write(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "aliases.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_alias_is_found_however_its_name_is_spelled(tmp_path: Path) -> None:
    path = write(tmp_path, 'PA,"St. Mary’s Twp, PA",1|2,42001|42003,regional_police,Two towns.')

    (key, alias), *_ = read_aliases(path).items()

    assert key == ("PA", "saint marys township")
    assert alias.municipality_keys == ("1", "2")
    assert alias.county_geoids == ("42001", "42003")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("FL,A PD,,12001,police,Why.", "line 2: 'police' is no kind"),
        ("FL,A PD,,12001,campus, ", "gives no reason"),
        ("FL,A PD,,12001,campus,Why.\nFL,a  pd,,12003,campus,Why.", "line 3: 'a  pd' stands twice"),
    ],
)
def test_alias_file_with_a_fault_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_aliases(write(tmp_path, line))


def test_alias_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected the columns"):
        read_aliases(write(tmp_path, header="a,b"))


def test_aliases_of_the_record_lead_to_places_of_their_state() -> None:
    places = read(settings.BASE_DIR / "fixtures" / "places")
    state_of = {county.geoid: county.state for county in places.counties}
    towns = {town.key: state_of[town.counties[0]] for town in places.municipalities}

    aliases = read_aliases(settings.BASE_DIR / "fixtures" / "record" / "aliases.csv").values()

    assert {(alias.state, key) for alias in aliases for key in alias.municipality_keys} <= {
        (state, key) for key, state in towns.items()
    }
    assert {(alias.state, geoid) for alias in aliases for geoid in alias.county_geoids} <= {
        (state, geoid) for geoid, state in state_of.items()
    }
    assert all(alias.municipality_keys or alias.county_geoids for alias in aliases)


def test_kinds_are_those_of_the_record() -> None:
    assert set(KINDS) == set(AgencyKind.values)
