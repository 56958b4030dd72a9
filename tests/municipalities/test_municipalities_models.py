"""Every rule of the ground that the database holds, broken once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from municipalities.models import County, Municipality, State

pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("model", "where", "values", "constraint"),
    [
        (State, {"code": "FL"}, {"code": "F1"}, "state_code_is_two_letters"),
        (State, {"code": "FL"}, {"fips": "1x"}, "state_fips_is_two_digits"),
        (County, {"geoid": "12086"}, {"geoid": "1208x"}, "county_geoid_is_five_digits"),
        (County, {"geoid": "12086"}, {"slug": "broward"}, "county_slug_unique_in_state"),
        (Municipality, {"key": "1267550"}, {"geoid": "126755"}, "municipality_geoid_is_seven_or_ten_digits"),
        (Municipality, {"key": "1267550"}, {"policing": "militia"}, "municipality_policing_known_value"),
        (Municipality, {"key": "1267550"}, {"latitude": None}, "municipality_point_on_earth"),
        (Municipality, {"key": "1267550"}, {"latitude": 91.0}, "municipality_point_on_earth"),
        (Municipality, {"key": "1267550"}, {"slug": "miami"}, "municipality_slug_unique_in_county"),
    ],
)
def test_constraint_holds_in_form_and_database(model, where, values, constraint):
    row = model.objects.get(**where)
    for name, value in values.items():
        setattr(row, name, value)

    (rule,) = [rule for rule in model._meta.constraints if rule.name == constraint]
    with pytest.raises(ValidationError, match=rule.violation_error_message):
        rule.validate(model, row)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def test_names_as_text():
    assert str(State.objects.get(code="FL")) == "Florida"
    assert str(County.objects.get(geoid="12086")) == "Miami-Dade County, FL"
    assert str(Municipality.objects.get(key="1267550")) == "South Miami, FL"


def test_history_of_raw_sql_is_kept(django_assert_num_queries):
    city = Municipality.objects.get(key="1267550")
    before = city.history.count()

    Municipality.objects.filter(key="1267550").update(population=1)

    assert city.history.count() == before + 1
