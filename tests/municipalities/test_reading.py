import pytest

from municipalities.reading import FixtureError, Problem, read, write
from tests.municipalities.tiny import COUNTIES, MUNICIPALITIES, POLICING, STATES, write_folder


def test_read_rows_with_types(tmp_path):
    places = read(write_folder(tmp_path))

    embla, aros, blawick = places.municipalities
    assert (embla.geoid, embla.is_subdivision, embla.counties) == ("9900001", False, ("99001", "99003"))
    assert (embla.latitude, embla.longitude, embla.population) == (10.5, 20.5, 300)
    assert (aros.geoid, aros.is_subdivision, aros.latitude, aros.population) == ("9900100002", True, None, None)
    assert (blawick.geoid, blawick.is_subdivision) == (None, False)
    assert [county.is_current for county in places.counties] == [True, False]


def test_write_gives_back_the_same_bytes(tmp_path):
    source = write_folder(tmp_path / "source")

    write(tmp_path / "copy", read(source))

    for file in source.iterdir():
        assert (tmp_path / "copy" / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("states", "ZZ,Zembla", "Zz,Zembla", Problem("states.csv", 2, "code", "Zz", "is not two capital letters")),
        ("states", "Zembla,99", "Zembla,9", Problem("states.csv", 2, "fips", "9", "is not two digits")),
        ("counties", "99001,ZZ", "9901,ZZ", Problem("counties.csv", 2, "geoid", "9901", "is not five digits")),
        (
            "counties",
            "99001,ZZ",
            "99001,YY",
            Problem("counties.csv", 2, "state", "YY", "is no state of states.csv"),
        ),
        ("counties", ",,,,no", ",,,,maybe", Problem("counties.csv", 3, "is_current", "maybe", "is neither yes nor no")),
        (
            "counties",
            "kobaltana,,",
            "onhava,,",
            Problem("counties.csv", 3, "slug", "onhava", "is the address of 99001 already"),
        ),
        ("zz", "Embla,Embla city", ",Embla city", Problem("zz.csv", 2, "name", "", "is empty")),
        ("zz", "Embla,Embla city", "Embla ,Embla city", Problem("zz.csv", 2, "name", "Embla ", "has blanks around it")),
        ("zz", "10.5000", "north", Problem("zz.csv", 2, "latitude", "north", "is not a number")),
        ("zz", "20.5000", "200", Problem("zz.csv", 2, "longitude", "200", "is not between -180 and 180 degrees")),
        ("zz", "10.5000", "", Problem("zz.csv", 2, "longitude", "20.5", "stands without its other half")),
        (
            "zz",
            "20.5000,300",
            "20.5000,-3",
            Problem("zz.csv", 2, "population", "-3", "is not a whole number of people"),
        ),
        ("zz", "99001|99003", "99001|99001", Problem("zz.csv", 2, "counties", "99001|99001", "names a county twice")),
        (
            "zz",
            "99001|99003",
            "99001|12086",
            Problem("zz.csv", 2, "counties", "12086", "is no county of ZZ in counties.csv"),
        ),
        (
            "zz",
            "embla,",
            "Embla!,",
            Problem("zz.csv", 2, "slug", "Embla!", "is not lower-case letters and digits joined by hyphens"),
        ),
        ("zz", "aros,", "embla,", Problem("zz.csv", 3, "slug", "embla", "is the address of 9900001 already")),
        ("zz", "9900100002", "9900001", Problem("zz.csv", 3, "key", "9900001", "stands in line 2 already")),
        ("zz", "Aros,Aros township", "Aros", Problem("zz.csv", 3, "", "", "has 8 cells, not 9")),
        ("policing", "9900001", "9900009", Problem("policing.csv", 2, "key", "9900009", "is no municipality")),
        ("policing", "own", "yes", Problem("policing.csv", 2, "policing", "yes", "is not own, sheriff or other")),
        ("policing", "key,policing", "key", Problem("policing.csv", 1, "", "", "is not the header")),
    ],
)
def test_read_names_file_line_column_value_and_reason(tmp_path, file, old, new, problem):
    text = {"states": STATES, "counties": COUNTIES, "zz": MUNICIPALITIES, "policing": POLICING}[file]
    assert old in text
    folder = write_folder(tmp_path, **{file: text.replace(old, new, 1)})

    with pytest.raises(FixtureError) as caught:
        read(folder)

    found = caught.value.problems[0]
    assert (found.file, found.line, found.column) == (problem.file, problem.line, problem.column)
    assert found.reason.startswith(problem.reason)
    if problem.column:
        assert found.value == problem.value
        assert (
            str(problem)
            == f"{file}.csv, line {problem.line}, column {problem.column}: {problem.value!r} {problem.reason}"
        )


def test_read_collects_every_problem(tmp_path):
    folder = write_folder(tmp_path, zz=MUNICIPALITIES.replace(",300", ",many").replace(",7", ",few"))

    with pytest.raises(FixtureError) as caught:
        read(folder)

    assert [(problem.line, problem.value) for problem in caught.value.problems[:2]] == [(2, "many"), (4, "few")]


def test_read_missing_file(tmp_path):
    folder = write_folder(tmp_path)
    (folder / "counties.csv").unlink()

    with pytest.raises(FixtureError, match="counties.csv, line 1: '' is missing"):
        read(folder)


def test_read_file_of_no_state(tmp_path):
    folder = write_folder(tmp_path, yy=MUNICIPALITIES.splitlines()[0] + "\n")

    with pytest.raises(FixtureError, match=r"yy\.csv, line 1: 'YY' is no state of states\.csv"):
        read(folder)


def test_read_key_of_another_state(tmp_path):
    folder = write_folder(
        tmp_path,
        states=STATES + "YY,Yonder,98\n",
        counties=COUNTIES + "98001,YY,Far,Far County,far,,,,yes\n",
        yy=MUNICIPALITIES.splitlines()[0] + "\n9900001,Near,Near city,city,98001,near,,,\n",
    )

    with pytest.raises(FixtureError, match=r"zz\.csv, line 2, column key: '9900001' is the key of another"):
        read(folder)
