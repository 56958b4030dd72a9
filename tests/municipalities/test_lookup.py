import pytest

from municipalities.lookup import find

pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("Hialeah", "Hialeah, FL"),
        ("Hialea", "Hialeah, FL"),
        ("north miami bch", "North Miami Beach, FL"),
        ("City of South Miami", "South Miami, FL"),
        ("Ft. Lauderdale", "Fort Lauderdale, FL"),
        ("saint petersburg", "St. Petersburg, FL"),
        ("dade city", "Dade City, FL"),
        ("miami dade", "Miami-Dade County, FL"),
        ("miami fl", "Miami, FL"),
        ("Springfield, Massachusetts", "Springfield, MA"),
        ("canon city", "Cañon City, CO"),
        ("miami shores village", "Miami Shores, FL"),
        ("bensalem township", "Bensalem, PA"),
        ("el paso de robles", "Paso Robles, CA"),
        ("Valley Hi", "Valley Hi, OH"),
        ("Indian Hill", "Indian Hill, OH"),
    ],
)
def test_find_best(query, best):
    assert str(find(query)[0].place) == best


def test_find_exact_before_near():
    found = find("Miami", 30, state="FL")

    assert [str(entry.place) for entry in found if entry.is_exact] == ["Miami, FL"]
    assert found[0].is_exact
    assert {"Miami Beach, FL", "South Miami, FL", "Miami-Dade County, FL"} <= {str(entry.place) for entry in found}


def test_find_exact_by_population():
    cities = [entry.place for entry in find("Springfield", 5) if entry.is_exact]

    assert [place.population for place in cities] == sorted((place.population for place in cities), reverse=True)
    assert len(cities) == 5


def test_find_one_word_for_two():
    assert any(str(entry.place) == "LaBelle, FL" and entry.is_exact for entry in find("La Belle"))


def test_find_within_a_state():
    assert {entry.place.state.code for entry in find("Hollywood", state="fl")} == {"FL"}


def test_find_state_in_the_query_does_not_overrule_the_one_asked_for():
    assert {entry.place.state.code for entry in find("Miami, OH", state="FL")} <= {"FL"}


def test_find_not_former_counties():
    assert [str(entry.place) for entry in find("Litchfield County", state="CT") if "County" in str(entry.place)] == []


@pytest.mark.parametrize("query", ["", " ", "x", "–", "xqzzyq"])
def test_find_nothing(query):
    assert find(query) == []


# Two searches and two reads of what is found; the others open, set and close the transaction of the searches.
@pytest.mark.parametrize(("query", "queries"), [("Miami", 8), ("Miami, FL", 9), ("Washington", 8)])
def test_find_few_queries(query, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        for entry in find(query, 20):
            str(entry.place)
