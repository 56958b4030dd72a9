"""The look-up: from a few words, right or nearly, to a place and its county."""

import re
from html import unescape

import pytest

from municipalities import also_known, zip_codes
from municipalities.models import County, Municipality
from tests import factories as make
from tests.counting import queries_of

pytestmark = pytest.mark.django_db


def find(client, words, **query):
    return client.get("/find/", {"q": words, **query})


def page(client, words, **query):
    response = find(client, words, **query)
    assert response.status_code == 200, response.headers
    return response


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


def hits(response):
    return [hit.name for hit in response.context["looked"].hits]


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("South Miami", "/us/fl/miami-dade/south-miami/"),
        ("north miami bch", "/us/fl/miami-dade/north-miami-beach/"),
        ("  City of   South Miami ", "/us/fl/miami-dade/south-miami/"),
        ("Miami Dade", "/us/fl/miami-dade/"),
        ("port st lucie", "/us/fl/st-lucie/port-st-lucie/"),
        ("Miami, FL", "/us/fl/miami-dade/miami/"),
        ("St. Pete", "/us/fl/pinellas/st-petersburg/"),
        ("NYC", "/us/ny/kings/new-york/"),
    ],
)
def test_find_goes_to_the_one_place_that_is_meant(client, words, url):
    response = find(client, words)
    assert (response.status_code, response.headers.get("Location")) == (302, url)


def test_find_keeps_an_earlier_day(client):
    assert find(client, "South Miami", as_of="2025-05-01").headers["Location"].endswith("/?as_of=2025-05-01")
    assert find(client, "South Miami", as_of="2999-01-01").headers["Location"].endswith("/south-miami/")


@pytest.mark.parametrize(
    ("words", "best"), [("Hialea", "Hialeah"), ("coral gabels", "Coral Gables"), ("Hialeah Gardns", "Hialeah Gardens")]
)
def test_find_offers_the_nearest_names(client, words, best):
    response = page(client, words)
    assert hits(response)[0] == best
    assert f"No city or county is called “{words}”. These are the nearest names." in text_of(response)


def test_find_shows_the_status_of_a_city_and_of_its_sheriff_on_the_day(client):
    town = Municipality.objects.get(name="Montpelier", state__code="VT")
    police = make.make_agency(name="Zemblan Police", state=town.state)
    police.municipalities.add(town)
    sheriff = make.make_agency(name="Zemblan Sheriff", kind="sheriff", state=town.state)
    sheriff.counties.add(town.main_county)
    for agency, kind in ((police, "declined"), (sheriff, "signed")):
        event = make.make_event(agreement=make.make_agreement(agency=agency), kind=kind, publication="published")
        make.make_citation(event=event, is_used=True)
    misspelt = "Montpeliar, VT"
    html = page(client, misspelt).content.decode()
    hit = html[html.index(f">{town.name}</a>") :].split("</li>")[0]
    assert f"{town.kind.capitalize()} in Vermont" in hit
    assert "Declined</span>" in hit
    assert "since March\xa07, 2025" in hit
    assert f'<a href="/us/vt/{town.main_county.slug}/">{town.main_county.full_name}</a>. Sheriff: Signed' in hit
    earlier = page(client, misspelt, as_of="2025-03-06").content.decode()
    hit = earlier[earlier.index(f">{town.name}</a>") :].split("</li>")[0]
    assert "Declined" not in hit
    assert "Sheriff: no agreement in this record" in hit
    assert 'name="as_of" value="2025-03-06"' in earlier


def test_find_a_neighborhood_says_whose_it_is(client):
    response = page(client, "coconut grove")
    assert "Coconut Grove is a neighborhood of Miami." in text_of(response)
    assert hits(response) == ["Miami"]


def test_find_a_misspelt_neighborhood(client):
    assert "Little Havana is a neighborhood of Miami." in text_of(page(client, "litle havana"))


def test_find_a_place_without_a_government_leads_to_its_county_and_its_namesakes(client):
    response = page(client, "Kendall")
    words = text_of(response)
    assert "Kendall is not a city: it lies in Miami-Dade County, outside any municipality." in words
    assert hits(response)[0] == "Miami-Dade County"
    assert "Kendall" in hits(response)[1:]
    assert hits(page(client, "Kendall, FL")) == ["Miami-Dade County"]


def test_find_a_former_name_that_others_bear(client):
    response = page(client, "dade county")
    assert "Dade County is a former name of Miami-Dade County." in text_of(response)
    assert hits(response) == ["Miami-Dade County", "Dade County", "Dade County"]


def test_find_a_name_that_several_bear(client):
    response = page(client, "Springfield")
    assert "More than one place is called “Springfield”." in text_of(response)
    assert set(hits(response)) == {"Springfield"}


def test_find_a_zip_code(client):
    response = page(client, "33143-1234")
    words = text_of(response)
    assert "ZIP code 33143 lies in Miami-Dade County, Florida; its center is in South Miami." in words
    assert "A ZIP code is not a city" in words
    assert hits(response) == ["South Miami", "Miami-Dade County"]


def test_find_a_zip_code_in_several_counties(client):
    response = page(client, "00601")
    assert "ZIP code 00601 lies mostly in Adjuntas Municipio, Puerto Rico, and partly in Utuado Municipio." in text_of(
        response
    )
    assert hits(response)[0] == "Adjuntas Municipio"


def test_find_a_zip_code_without_a_city_at_its_center_claims_no_city(client):
    response = page(client, "33183")
    assert "ZIP code 33183 lies in Miami-Dade County, Florida." in text_of(response)
    assert hits(response) == ["Miami-Dade County"]


def test_find_an_unknown_zip_code(client):
    response = page(client, "00000")
    assert "We know no ZIP code 00000." in text_of(response)
    assert hits(response) == []


@pytest.mark.parametrize(
    "words",
    ["qqqqzzzz", "x", "…", "'; DROP TABLE", "%", "🙂🙂", "a" * 5000, "miami " * 900, "<b>x</b>", ",FL", "St. ,", "\\"],
)
def test_find_of_anything_answers(client, words):
    response = page(client, words)
    assert "<b>x</b>" not in response.content.decode()
    assert 'name="q"' in response.content.decode()


@pytest.mark.parametrize("words", ["", "   ", "\0"])
def test_find_of_nothing_goes_home(client, words):
    response = find(client, words)
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_find_nothing_near_says_what_to_do(client):
    words = text_of(page(client, "qqqqzzzz"))
    assert "We found no city or county with a name like “qqqqzzzz”." in words
    assert "Write the name in full, with its state" in words


def test_find_on_a_day_that_cannot_be_read(client):
    assert find(client, "Hialea", as_of="tomorrow").status_code == 400


def test_find_runs_the_same_queries_for_two_hits_and_ten(client):
    (few, two), (more, ten) = (queries_of(client, f"/find/?q={words}") for words in ("Hialea", "Springfeld"))

    assert len(two["looked"].hits) < 5 < len(ten["looked"].hits)
    assert few == more


def test_other_names_stand_for_places_that_there_are():
    for one in also_known.read():
        place = (County if one.is_of_county else Municipality).objects.get(
            **{"geoid" if one.is_of_county else "key": one.key}
        )
        assert place.state.code == one.state, one
        assert one.relation in also_known.RELATIONS, one
        assert one.basis, one


def test_zip_codes_lie_in_places_that_there_are():
    lines = zip_codes.TABLE.read_text(encoding="utf-8").splitlines()
    assert lines[0] == zip_codes.HEADER
    rows = [line.split(",") for line in lines[1:]]
    codes = [code for code, _, _ in rows]
    assert codes == sorted(set(codes))
    counties = set(County.objects.values_list("geoid", flat=True))
    places = set(Municipality.objects.values_list("key", flat=True))
    assert not {county for _, several, _ in rows for county in several.split("|")} - counties
    assert not {place for *_, place in rows if place} - places


def test_zip_codes_are_found_from_the_first_to_the_last():
    lines = zip_codes.TABLE.read_text(encoding="utf-8").splitlines()[1:]
    for line in (lines[0], lines[1], lines[len(lines) // 2], lines[-1]):
        code, counties, place = line.split(",")
        assert zip_codes.find(code) == (code, tuple(counties.split("|")), place)
    assert zip_codes.find("00000") is None
    assert zip_codes.find("99999") is None
