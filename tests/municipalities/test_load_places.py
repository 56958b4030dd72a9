from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from municipalities.models import County, Municipality, Policing, State
from tests.municipalities.tiny import COUNTIES, MUNICIPALITIES, write_folder

pytestmark = pytest.mark.django_db


def load(folder=None, **options):
    out = StringIO()
    call_command("load_places", stdout=out, **({"folder": folder} if folder else {}), **options)
    return out.getvalue().splitlines()


def histories():
    return [model.history.rel.related_model.objects.count() for model in (State, County, Municipality)]


def test_load_adds_rows_with_their_counties(tmp_path):
    lines = load(write_folder(tmp_path))

    assert lines == [
        "states: 1 added, 0 changed, 0 unchanged",
        "counties: 2 added, 0 changed, 0 unchanged",
        "municipalities: 3 added, 0 changed, 0 unchanged",
    ]
    embla = Municipality.objects.get(key="9900001")
    assert embla.state.code == "ZZ"
    assert embla.main_county.geoid == "99001"
    assert set(embla.counties.values_list("geoid", flat=True)) == {"99001", "99003"}
    assert (embla.policing, embla.policing_source) == (Policing.OWN, "Zemblan Gazette, 1958")
    assert Municipality.objects.get(key="9900100002").policing == Policing.UNKNOWN


@pytest.mark.usefixtures("places")
def test_load_again_changes_nothing_and_leaves_no_history():
    before = histories()

    lines = load()

    assert lines == [
        "states: 0 added, 0 changed, 56 unchanged",
        "counties: 0 added, 0 changed, 3,241 unchanged",
        "municipalities: 0 added, 0 changed, 35,788 unchanged",
    ]
    assert histories() == before


def test_load_changes_what_differs_and_keeps_its_history(tmp_path):
    folder = write_folder(tmp_path)
    load(folder)
    pk = Municipality.objects.get(key="9900001").pk
    before = histories()

    write_folder(tmp_path, zz=MUNICIPALITIES.replace(",300", ",301"))
    lines = load(folder)

    assert lines[2] == "municipalities: 0 added, 1 changed, 2 unchanged"
    embla = Municipality.objects.get(key="9900001")
    assert (embla.pk, embla.population) == (pk, 301)
    assert histories() == [before[0], before[1], before[2] + 1]
    assert list(embla.history.order_by("pgh_id").values_list("population", flat=True)) == [300, 301]


def test_load_moves_a_place_between_counties(tmp_path):
    folder = write_folder(tmp_path)
    load(folder)

    write_folder(
        tmp_path,
        zz=MUNICIPALITIES.replace("99001|99003", "99001").replace(
            "Aros township,township,99001", "Aros township,township,99001|99003"
        ),
    )
    lines = load(folder)

    assert lines[2] == "municipalities: 0 added, 2 changed, 1 unchanged"
    assert set(County.objects.get(geoid="99003").municipalities.values_list("name", flat=True)) == {"Aros", "Blawick"}


def test_load_never_deletes(tmp_path):
    folder = write_folder(tmp_path)
    load(folder)

    write_folder(tmp_path, zz="\n".join(MUNICIPALITIES.splitlines()[:2]) + "\n")
    load(folder)

    assert Municipality.objects.filter(state__code="ZZ").count() == 3


def test_load_keeps_who_an_editor_says_polices_a_place(tmp_path):
    folder = write_folder(tmp_path)
    load(folder)
    Municipality.objects.filter(key="9900001").update(policing="sheriff", policing_source="The clerk, by letter")

    lines = load(folder)

    embla = Municipality.objects.get(key="9900001")
    assert (embla.policing, embla.policing_source) == (Policing.SHERIFF, "The clerk, by letter")
    assert lines[2] == "municipalities: 0 added, 0 changed, 3 unchanged"


def test_load_fills_policing_that_was_unknown(tmp_path):
    folder = write_folder(tmp_path, policing="key,policing,source\n")
    load(folder)

    write_folder(tmp_path)
    lines = load(folder)

    assert lines[2] == "municipalities: 0 added, 1 changed, 2 unchanged"
    assert Municipality.objects.get(key="9900001").policing == Policing.OWN


def test_load_bad_rows_write_nothing(tmp_path):
    folder = write_folder(tmp_path, counties=COUNTIES.replace("Onhava County", ""))

    with pytest.raises(CommandError) as caught:
        load(folder)

    assert str(caught.value).splitlines() == [
        "Nothing was loaded.",
        "counties.csv, line 2, column full_name: '' is empty",
        "zz.csv, line 2, column counties: '99001' is no county of ZZ in counties.csv",
        "zz.csv, line 3, column counties: '99001' is no county of ZZ in counties.csv",
    ]
    assert not State.objects.filter(code="ZZ").exists()


def test_load_many_bad_rows_are_counted_not_all_printed(tmp_path):
    header = MUNICIPALITIES.splitlines()[0]
    bad = "".join(f"{9900000 + n},Place {n},Place {n} city,city,99001,place-{n},,,many\n" for n in range(30))

    with pytest.raises(CommandError, match="and 10 more"):
        load(write_folder(tmp_path, zz=f"{header}\n{bad}", policing="key,policing,source\n"))


def test_load_row_that_a_hand_made_one_stands_against_writes_nothing(tmp_path):
    folder = write_folder(tmp_path)
    load(folder)
    Municipality.objects.filter(key="9900001").update(key="zz-by-hand", geoid=None)

    with pytest.raises(CommandError, match="municipality_slug_unique_in_county"):
        load(folder)

    assert not Municipality.objects.filter(key="9900001").exists()


@pytest.mark.usefixtures("places")
def test_load_if_empty_does_nothing_where_places_are(tmp_path):
    lines = load(write_folder(tmp_path), if_empty=True)

    assert lines == ["Places are loaded already."]
    assert not State.objects.filter(code="ZZ").exists()
