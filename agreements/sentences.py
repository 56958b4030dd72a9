"""The sentences that answer a page's question: how a municipality stands. Pure."""

from agreements.kinds import Status

#: How a municipality stands, as the end of a sentence that begins with its name.
PLACE_SENTENCES = {
    Status.ACTIVE: "has a signed 287(g) agreement with ICE, and a source shows officers using it",
    Status.SIGNED: "has a signed 287(g) agreement with ICE",
    Status.PENDING: "has applied for a 287(g) agreement; ICE has not signed it",
    Status.APPROVED: "has approved a 287(g) agreement; we have no source that ICE signed it",
    Status.COURT: "has no agreement in force; a court was asked whether it must sign one",
    Status.DISCUSSION: "has discussed a 287(g) agreement; no final vote is known",
    Status.DECLINED: "decided not to sign a 287(g) agreement",
    Status.ENDED: "has no 287(g) agreement in force; the one it had ended or was voided",
    Status.NONE: "has no 287(g) agreement that we know of",
    Status.UNCHECKED: "has not yet been checked by name",
}
