"""The sentences that answer a page's question: how a municipality stands. Pure."""

from agreements.kinds import Status

#: How a municipality stands, as the end of a sentence that begins with its name. {when} is the day, in words.
_WITH_DAY = {
    Status.ACTIVE: "has had a signed 287(g) agreement with ICE since {when}, and a source shows officers using it",
    Status.SIGNED: "has had a signed 287(g) agreement with ICE since {when}",
    Status.PENDING: "has applied for a 287(g) agreement (on ICE’s pending list: {when}); ICE has not signed it",
    Status.APPROVED: "has approved a 287(g) agreement ({when}); we have no source that ICE signed it",
    Status.COURT: "has no agreement in force; a court was asked ({when}) whether it must sign one",
    Status.DISCUSSION: "has discussed a 287(g) agreement ({when}); no final vote is known",
    Status.DECLINED: "decided not to sign a 287(g) agreement ({when})",
    Status.ENDED: "has no 287(g) agreement in force; the one it had ended or was voided ({when})",
}
_WITHOUT_DAY = {
    Status.NONE: "has no 287(g) agreement that we know of",
    Status.UNCHECKED: "has not yet been checked by name",
}


def place_sentence(status: str, when: str = "", restored: str = "") -> str:
    """What follows a municipality's name. when and restored are days in words, "" where there is none."""
    if status in _WITHOUT_DAY:
        return _WITHOUT_DAY[Status(status)]
    sentence = _WITH_DAY[Status(status)].format(when=when)
    return f"{sentence}; it was voided and restored {restored}" if restored else sentence
