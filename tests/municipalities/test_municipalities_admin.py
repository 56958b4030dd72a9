import pytest
from django.urls import reverse

from municipalities.models import County, Municipality, State

pytestmark = pytest.mark.usefixtures("places")

# The admin's own: session, user, second factor, a count and the rows; one for each word that is searched; then the
# states and other filters. Not one for each row.
QUERIES = {"state": 6, "county": 8, "municipality": 8}


@pytest.mark.parametrize("model", ["state", "county", "municipality"])
def test_changelist_few_queries_whatever_the_rows(model, admin_client, django_assert_max_num_queries):
    url = reverse(f"admin:municipalities_{model}_changelist")

    for query in ("", "?q=North+Miami", "?q=12"):
        with django_assert_max_num_queries(QUERIES[model]):
            response = admin_client.get(url + query)
        assert response.status_code == 200


def test_changelist_finds_by_name_without_accents(admin_client):
    response = admin_client.get(reverse("admin:municipalities_municipality_changelist"), {"q": "canada flintridge"})

    assert [place.name for place in response.context["cl"].result_list] == ["La Cañada Flintridge"]


@pytest.mark.parametrize(("model", "term"), [("state", "flor"), ("county", "miami-dade"), ("municipality", "hialeah")])
def test_autocomplete(model, term, admin_client):
    field = {"state": ("county", "state"), "county": ("municipality", "main_county"), "municipality": None}[model]
    if field is None:
        response = admin_client.get(reverse(f"admin:municipalities_{model}_changelist"), {"q": term})
        assert response.context["cl"].result_count == 2
        return
    response = admin_client.get(
        reverse("admin:autocomplete"),
        {"app_label": "municipalities", "model_name": field[0], "field_name": field[1], "term": term},
    )

    assert len(response.json()["results"]) == 1


def test_change_page_policing_is_the_editors_the_rest_is_read_only(admin_client):
    city = Municipality.objects.get(geoid="1267550")
    url = reverse("admin:municipalities_municipality_change", args=[city.pk])

    page = admin_client.get(url).context
    assert set(page["adminform"].form.fields) == {"policing", "policing_source"}
    typed = {"policing": "sheriff", "policing_source": "The clerk", "name": "Elsewhere"}
    admin_client.post(url, {"_seen": page["seen"], **typed})

    city.refresh_from_db()
    assert (city.policing, city.policing_source, city.name) == ("sheriff", "The clerk", "South Miami")


def test_add_page_a_missing_place_can_be_added(admin_client):
    county = County.objects.get(geoid="12086")
    url = reverse("admin:municipalities_municipality_add")

    assert admin_client.get(url).status_code == 200
    response = admin_client.post(
        url,
        {
            "key": "fl-newtown-city",
            "name": "Newtown",
            "full_name": "Newtown city",
            "kind": "city",
            "state": State.objects.get(code="FL").pk,
            "main_county": county.pk,
            "counties": [county.pk],
            "slug": "newtown",
            "policing": "unknown",
        },
    )

    assert response.status_code == 302
    assert Municipality.objects.get(key="fl-newtown-city").geoid is None


@pytest.mark.parametrize("model", [State, County])
def test_change_page_opens(model, admin_client):
    row = model.objects.first()
    url = reverse(f"admin:municipalities_{model._meta.model_name}_change", args=[row.pk])

    assert admin_client.get(url).status_code == 200
