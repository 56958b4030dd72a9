"""Invented agencies for a database of measurement: copies of the real ones' patterns, on places drawn by lot.

Every row says what it is: agencies are called "Invented …", with a slug `invented-…`; agreements are numbered from
A900000; every event says "Invented for measurement." and is cited to an invented source. They are never in the fixture.
"""

import re
from typing import Any

SUMMARY = "Invented for measurement."
FIRST_NUMBER = 900_000
SEED = 287

#: In order. {copies} invented agencies for each real one: of its kind, with its programs, events, days and listings.
#: A municipal one stands in a municipality drawn from the whole country, a county one in a county, another in a state;
#: one that serves several stands in neighbours of one state. The lot is a hash of the model's id and the copy's number,
#: so that it falls alike in every database, and the copies at 10 times the record are among those at 100 times.
STEPS = (
    """
    CREATE TEMP TABLE town ON COMMIT DROP AS
    SELECT m.id, m.name, m.state_id, m.main_county_id,
           row_number() OVER (ORDER BY s.code, c.geoid, m.key) - 1 AS place,
           row_number() OVER (PARTITION BY m.state_id ORDER BY c.geoid, m.key) - 1 AS rank,
           count(*) OVER (PARTITION BY m.state_id) AS of_state
    FROM municipalities_municipality m
    JOIN municipalities_state s ON s.id = m.state_id
    JOIN municipalities_county c ON c.id = m.main_county_id
    """,
    """
    CREATE TEMP TABLE county ON COMMIT DROP AS
    SELECT c.id, c.full_name AS name, c.state_id,
           row_number() OVER (ORDER BY c.geoid) - 1 AS place,
           row_number() OVER (PARTITION BY c.state_id ORDER BY c.geoid) - 1 AS rank,
           count(*) OVER (PARTITION BY c.state_id) AS of_state
    FROM municipalities_county c WHERE c.is_current
    """,
    """
    CREATE TEMP TABLE state ON COMMIT DROP AS
    SELECT id, name, row_number() OVER (ORDER BY code) - 1 AS place FROM municipalities_state
    """,
    """
    CREATE TEMP TABLE model ON COMMIT DROP AS
    SELECT a.id, a.kind, a.placing_note, a.is_from_list,
           (SELECT count(*) FROM agreements_agency_municipalities m WHERE m.agency_id = a.id) AS towns,
           (SELECT count(*) FROM agreements_agency_counties c WHERE c.agency_id = a.id) AS counties
    FROM agreements_agency a WHERE a.merged_into_id IS NULL
    """,
    # town, county: the rank of the first one served, within its state; empty where none is.
    """
    CREATE TEMP TABLE invented ON COMMIT DROP AS
    WITH drawn AS (
        SELECT m.*, copy, hashint8extended(m.id * 1000 + copy, {seed}) & 9223372036854775807 AS lot
        FROM model m CROSS JOIN generate_series(1, {copies}) AS copy
        ORDER BY m.id, copy
    )
    SELECT nextval(pg_get_serial_sequence('agreements_agency', 'id')) AS id, d.id AS model, d.kind, d.towns, d.counties,
           d.placing_note, d.is_from_list, coalesce(t.state_id, c.state_id, s.id) AS state_id,
           t.rank AS town, t.of_state AS of_towns, c.rank AS county, c.of_state AS of_counties, t.main_county_id,
           coalesce(t.name, c.name, s.name) AS place
    FROM drawn d
    LEFT JOIN town t ON d.towns > 0 AND t.place = d.lot % (SELECT count(*) FROM town)
    LEFT JOIN county c ON d.towns = 0 AND d.counties > 0 AND c.place = d.lot % (SELECT count(*) FROM county)
    LEFT JOIN state s ON d.towns = 0 AND d.counties = 0 AND s.place = d.lot % (SELECT count(*) FROM state)
    """,
    """
    INSERT INTO agreements_agency (id, name, kind, state_id, slug, placing_note, is_from_list)
    SELECT id, 'Invented ' || place || ' ' || initcap(replace(kind, '_', ' ')) || ' ' || id, kind, state_id,
           'invented-' || id, CASE WHEN placing_note = '' THEN '' ELSE '{summary}' END, is_from_list
    FROM invented
    """,
    """
    INSERT INTO agreements_agency_municipalities (agency_id, municipality_id)
    SELECT DISTINCT i.id, t.id
    FROM invented i CROSS JOIN generate_series(0, i.towns - 1) AS step
    JOIN town t ON t.state_id = i.state_id AND t.rank = (i.town + step) % i.of_towns
    """,
    """
    INSERT INTO agreements_agency_counties (agency_id, county_id)
    SELECT DISTINCT i.id, c.id
    FROM invented i CROSS JOIN generate_series(0, i.counties - 1) AS step
    JOIN county c ON c.state_id = i.state_id AND c.rank = (i.county + step) % i.of_counties
    UNION
    SELECT id, main_county_id FROM invented WHERE towns > 0 AND counties > 0
    """,
    """
    INSERT INTO agreements_agencyalias (agency_id, state_id, printed_name, program, is_answer, reason)
    SELECT a.id, a.state_id, a.name || CASE WHEN o.number = 1 THEN '' ELSE ' (' || o.number || ')' END, o.program,
           o.is_answer, ''
    FROM invented i JOIN agreements_agency a ON a.id = i.id
    JOIN (SELECT *, row_number() OVER (PARTITION BY agency_id ORDER BY id) AS number FROM agreements_agencyalias) o
      ON o.agency_id = i.model
    """,
    """
    CREATE TEMP TABLE agreed ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('agreements_agreement', 'id')) AS id, i.id AS agency_id, a.id AS model,
           'A' || {first_number} - 1 + row_number() OVER (ORDER BY i.id, a.id) AS public_id
    FROM invented i JOIN agreements_agreement a ON a.agency_id = i.model AND a.merged_into_id IS NULL
    """,
    """
    INSERT INTO agreements_agreement (id, public_id, agency_id, program, moa_url, addendum_urls, is_from_list)
    SELECT n.id, n.public_id, n.agency_id, a.program,
           CASE WHEN a.moa_url = '' THEN '' ELSE 'https://invented.example/' || n.public_id || '.pdf' END,
           ARRAY(SELECT 'https://invented.example/' || n.public_id || '-' || one || '.pdf'
                 FROM generate_series(1, cardinality(a.addendum_urls)) AS one),
           a.is_from_list
    FROM agreed n JOIN agreements_agreement a ON a.id = n.model
    """,
    """
    INSERT INTO agreements_suit (key, name, court, docket, is_about_duty_to_sign)
    SELECT 'invented-' || id, 'Invented suit ' || id, '', '', is_about_duty_to_sign FROM agreements_suit
    """,
    """
    CREATE TEMP TABLE happened ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('agreements_event', 'id')) AS id, n.*
    FROM (
        SELECT e.id AS model, a.id AS agreement_id, NULL::bigint AS agency_id
        FROM agreements_event e JOIN agreed a ON a.model = e.agreement_id
        UNION ALL
        SELECT e.id, NULL, i.id FROM agreements_event e JOIN invented i ON i.model = e.agency_id
    ) n
    """,
    """
    INSERT INTO agreements_event (id, kind, earliest, latest, sequence, scheduled_for, summary, votes_for,
        votes_against, votes_absent, suit_id, is_from_list, is_being_checked, publication, agreement_id, agency_id)
    SELECT h.id, e.kind, e.earliest, e.latest, e.sequence, e.scheduled_for, '{summary}', e.votes_for,
        e.votes_against, e.votes_absent, s.id, e.is_from_list, e.is_being_checked, e.publication,
        h.agreement_id, h.agency_id
    FROM happened h JOIN agreements_event e ON e.id = h.model
    LEFT JOIN agreements_suit s ON s.key = 'invented-' || e.suit_id
    """,
    """
    CREATE TEMP TABLE said ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('agreements_citation', 'id')) AS id, h.id AS event_id, c.id AS model, c.number
    FROM happened h
    JOIN (SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY id) AS number FROM agreements_citation) c
      ON c.event_id = h.model
    """,
    """
    INSERT INTO agreements_source (url, title, publisher, kind, archived_url)
    SELECT 'https://invented.example/source/' || one, 'Invented source ' || one, 'Invented', 'other', ''
    FROM generate_series(1, (SELECT max(number) FROM said)) AS one
    """,
    """
    INSERT INTO agreements_citation (id, event_id, source_id, is_used, confidence, is_from_list, says, note)
    SELECT n.id, n.event_id, s.id, c.is_used, c.confidence, c.is_from_list,
           CASE WHEN c.says = '' THEN '' ELSE '{summary}' END, ''
    FROM said n JOIN agreements_citation c ON c.id = n.model
    JOIN agreements_source s ON s.title = 'Invented source ' || n.number AND s.publisher = 'Invented'
    """,
    """
    INSERT INTO agreements_claim (citation_id, field, value, earliest, latest)
    SELECT n.id, c.field, CASE WHEN c.field = 'day' THEN '' ELSE 'invented' END, c.earliest, c.latest
    FROM said n JOIN agreements_claim c ON c.citation_id = n.model
    """,
    """
    INSERT INTO agreements_listing (agreement_id, first_sheet_id, last_sheet_id, "row", form, occurrence, printed,
        signed_on, moa_url, addendum_url, problems)
    SELECT n.id, l.first_sheet_id, l.last_sheet_id, l."row", md5(l.form || n.public_id), l.occurrence,
           l.printed || jsonb_build_object('STATE', upper(s.name), 'LAW ENFORCEMENT AGENCY', a.name)
               || CASE WHEN l.printed ? 'COUNTY' THEN jsonb_build_object('COUNTY', i.place) ELSE '{{}}' END,
           l.signed_on, CASE WHEN l.moa_url = '' THEN '' ELSE 'https://invented.example/' || n.public_id || '.pdf' END,
           CASE WHEN l.addendum_url = '' THEN '' ELSE 'https://invented.example/' || n.public_id || '-1.pdf' END,
           l.problems
    FROM agreed n JOIN agreements_listing l ON l.agreement_id = n.model
    JOIN agreements_agency a ON a.id = n.agency_id JOIN invented i ON i.id = a.id
    JOIN municipalities_state s ON s.id = a.state_id
    """,
)


def add(cursor: Any, copies: int) -> None:
    """Adds so many invented agencies for each real one, in the transaction of this cursor (of psycopg or Django).

    No trigger runs: with them it takes eight minutes at 99 copies, without them one. So no history of these rows is
    kept, and their standings are to be worked out afterwards, by `settle_standings --all`.
    """
    cursor.execute("SET LOCAL session_replication_role = replica")
    for step in STEPS:
        cursor.execute(step.format(copies=copies, seed=SEED, summary=SUMMARY, first_number=FIRST_NUMBER))
        # What is asked next must be planned for what is there now.
        if found := re.match(r"\s*(?:CREATE TEMP TABLE|INSERT INTO) (\w+)", step):
            cursor.execute(f"ANALYZE {found[1]}")
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")
