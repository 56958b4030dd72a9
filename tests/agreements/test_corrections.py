"""The public log of corrections: what, when and why, in the words of before and after, and never who."""

import pytest

from agreements import corrections, revisions
from agreements.models import Event
from tests import factories as make
from tests.agreements.test_revisions import changed, published

pytestmark = pytest.mark.django_db


def correct(event: Event, sources: list[dict] | None = None, **columns: object) -> None:
    """An editor corrects these columns, or these sources, with the reason "Wrong."."""
    by = make.make_user()
    wish = changed(event, **columns)
    wish = revisions.State(wish.columns, wish.sources if sources is None else sources)
    revisions.publish(revision=revisions.propose(event=event, state=wish, reason="Wrong.", by=by), by=by)


def told(event: Event) -> list[tuple[str, str, str]]:
    """What the newest entry of the log says of an event."""
    entry = corrections.entries(corrections.log().filter(event=event))[0]
    return [tuple(each) for each in entry.differences]


def cited(source, **values) -> dict:
    """A source as a revision holds it."""
    said = {"is_used": True, "is_from_list": False, "confidence": "high", "says": "", "note": "", "claims": []}
    return {"source": source.pk, **said, **values}


def test_log_says_what_when_and_why_but_not_who(client):
    event, by = published(), make.make_user()
    event.agreement.agency.name = "Zebra <b>Police</b>"
    event.agreement.agency.save()
    wish = changed(event, summary="It <script>alert(1)</script> voted.", latest="2025-03-08")
    revision = revisions.propose(event=event, state=wish, reason="The <i>minutes</i> say so.", by=by)
    revisions.publish(revision=revision, by=by)

    for path in ("/corrections/", f"/corrections/e{event.pk}/"):
        page = client.get(path).content.decode()
        assert "The &lt;i&gt;minutes&lt;/i&gt; say so." in page
        assert "It &lt;script&gt;alert(1)&lt;/script&gt; voted." in page
        assert "The commission voted to join." in page
        assert by.username not in page
    assert f"/corrections/e{event.pk}/" in client.get(event.agreement.get_absolute_url()).content.decode()


def test_log_does_not_print_again_what_was_withdrawn(client):
    event, by = published(), make.make_user()
    wish = revisions.propose(event=event, state=changed(event, summary="A name."), reason="More.", by=by)
    revisions.publish(revision=wish, by=by)
    revisions.publish(revision=revisions.withdraw(event=event, reason="It named somebody.", by=by), by=by)

    page = client.get(f"/corrections/e{event.pk}/").content.decode()
    assert "It named somebody." in page
    assert "A name." not in page

    # Nor where it is published again in other words.
    Event.objects.filter(pk=event.pk).update(summary="In other words.")
    revisions.publish_new(event=event, by=by)
    page = client.get(f"/corrections/e{event.pk}/").content.decode()
    assert "In other words." in page
    assert "A name." not in page


def test_log_takes_as_many_queries_for_many_as_for_one(django_assert_max_num_queries):
    for number in range(4):
        event, by = published(), make.make_user()
        wish = revisions.propose(event=event, state=changed(event, summary=f"{number}."), reason="A typo.", by=by)
        revisions.publish(revision=wish, by=by)

    with django_assert_max_num_queries(11):
        entries = corrections.entries(corrections.log())
        assert [entry.what for entry in entries] == ["Corrected"] * 4
        assert all(entry.subject for entry in entries)


def test_event_that_was_never_corrected_has_no_log(client):
    assert client.get(f"/corrections/e{published().pk}/").status_code == 404


def test_log_tells_two_sources_of_one_name_apart():
    event = published()
    one, other = (make.make_source(title="Minutes", publisher="The City") for _ in range(2))
    correct(event, [cited(one)])

    correct(event, [cited(other)])
    said = "used first; confidence high"
    assert told(event) == [("Source: The City: Minutes", said, ""), ("Source: The City: Minutes", "", said)]

    correct(event, [cited(other), cited(one, is_used=False)])
    assert told(event) == [("Source: The City: Minutes", "", "beside it; confidence high")]


def test_log_says_what_is_gone():
    event = published()
    source = make.make_source()
    correct(event, [cited(source)])
    correct(event, [cited(make.make_source())])
    source.delete()

    assert told(event)[0][0] == "Source: (deleted since)"


def test_log_prints_the_votes_and_days_as_the_pages_do():
    event = published()
    correct(event, votes_for=4, votes_against=1, votes_absent=1, latest="2025-03-09")

    assert told(event) == [
        ("Date", "March 7, 2025", "after March 6 and before March 10, 2025"),
        ("Votes", "", "4–1, 1 absent"),
    ]


def test_log_has_no_entry_of_what_others_wrote(client):
    """It is kept to be compared with and restored; what the importer changes is told of the lists."""
    event = published()
    correct(event, summary="First.")
    make.rewrite(Event.objects.filter(pk=event.pk), latest="2025-03-08")
    correct(event, summary="Second.")

    assert [one.number for one in event.revisions.filter(written_by=None)] == [2, 0]
    assert [one.number for one in corrections.log().filter(event=event)] == [3, 1]
    assert told(event) == [("Summary", "First.", "Second.")]
