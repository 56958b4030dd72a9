"""Counts of the record, kept by state: what pages say of a state or of the country without reading all of it."""

from django.db import connection

from agreements.kinds import COUNTY_KINDS, MUNICIPAL_KINDS
from agreements.models.event import FIRST_DAY

#: Of each place the period that speaks for it, as `status.furthest` chooses: the furthest, then the earliest reached;
#: of Declined and Ended the later. {links} and {place} are the table and column that give an agency its places.
FURTHEST = """
    SELECT DISTINCT ON (link.{place}) link.{place} AS place, period.id AS period, period.status, period.agreement_id
    FROM agreements_period AS period
    JOIN agreements_agreement AS agreement ON agreement.id = period.agreement_id
    JOIN {links} AS link ON link.agency_id = agreement.agency_id
    WHERE {where}
    ORDER BY link.{place}, period.rank,
        CASE WHEN period.status IN ('declined', 'ended') THEN date '2000-01-01' - period.since_latest
             ELSE period.since_latest - date '2000-01-01' END,
        CASE WHEN period.status IN ('declined', 'ended') THEN -period.since_sequence ELSE period.since_sequence END,
        agreement.public_id
"""
_OF_CITIES = FURTHEST.format(
    links="agreements_agency_municipalities", place="municipality_id", where="period.is_current"
)
_OF_COUNTIES = FURTHEST.format(
    links="agreements_agency_counties",
    place="county_id",
    where="""period.is_current AND EXISTS (
        SELECT FROM agreements_agency AS agency WHERE agency.id = agreement.agency_id AND (
            agency.kind = ANY(%(county_kinds)s) OR agency.kind = ANY(%(municipal_kinds)s) AND EXISTS (
                SELECT FROM agreements_agency_municipalities AS own WHERE own.agency_id = agency.id)))""",
)
_COUNT = f"""
    INSERT INTO agreements_tally (state_id, of, status, is_beside, program, count)
    SELECT state_id, 'agreement', status, is_beside, program, count(*)
    FROM agreements_period WHERE is_current GROUP BY 1, 3, 4, 5
    UNION ALL
    SELECT city.state_id, CASE WHEN city.is_subdivision THEN 'township' ELSE 'city' END, status, false, '', count(*)
    FROM ({_OF_CITIES}) AS best JOIN municipalities_municipality AS city ON city.id = best.place GROUP BY 1, 2, 3
    UNION ALL
    SELECT county.state_id, 'county', status, false, '', count(*)
    FROM ({_OF_COUNTIES}) AS best JOIN municipalities_county AS county ON county.id = best.place GROUP BY 1, 3
"""
_SHIFTS = """
    INSERT INTO agreements_shift (state_id, day, status, is_beside, program, count)
    SELECT state_id, day, status, is_beside, program, sum(count)
    FROM (
        SELECT state_id, first AS day, status, is_beside, program, 1 AS count FROM agreements_period
        UNION ALL
        SELECT state_id, until, status, is_beside, program, -1 FROM agreements_period WHERE until IS NOT NULL
    ) AS steps
    GROUP BY GROUPING SETS ((1, 2, 3, 4, 5), (2, 3, 4, 5)) HAVING sum(count) <> 0
"""
_DAYS = """
    INSERT INTO agreements_changeday (state_id, day)
    SELECT DISTINCT state_id, first FROM agreements_period WHERE first > %(beginning)s
"""


def count_again() -> None:
    """Count all again, on the record's last day and by the day, and list the days on which something changed.

    All of it, since what a change moves need not show in a period: an agency's kind, a place's state, a deleted row.
    """
    kinds = {"county_kinds": [*COUNTY_KINDS], "municipal_kinds": [*MUNICIPAL_KINDS]}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM agreements_tally")
        cursor.execute(_COUNT, kinds)
        cursor.execute("DELETE FROM agreements_shift")
        cursor.execute(_SHIFTS)
        cursor.execute("DELETE FROM agreements_changeday")
        cursor.execute(_DAYS, {"beginning": FIRST_DAY})
