"""Acts of the city on what counties record: comments and directives, rows of its own in the county's group.

A county answers with rows of its own. Neither ever writes the other's.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from desktop.casework.acts.base import Act, ActKind, Scene, moment, moment_or_now, required
from desktop.casework.directives import addressed, day_or_none, terms
from desktop.casework.printing_words import BEIJING
from desktop.casework.working_days import LONGEST, working_days_after
from desktop.errors import UserError
from desktop.models.schema import by_kind
from desktop.wire.groups import city_of, is_city, is_office, may_share, office_group
from desktop.wire.ids import row_fits


class WriteComment(Act, frozen=True):
    """The city notes something on a county's record: an instruction of its head (批示) or an opinion (意见).

    ``signatory`` is whose words they are. Without ``made_at`` it is made now.
    """

    subject_kind: str
    subject: str
    nature: Literal["instruction", "opinion"]
    content: str
    signatory: str | None = None
    made_at: str | None = None


class IssueDirective(Act, frozen=True):
    """The city wants something done (督办、交办), about a record, or in general of the office it names.

    It is due on the day ``due``; else after so many working days from ``issued_at`` (by default now); else
    after as many as the office's data say for the urgency. ``number`` is one given on paper.
    """

    nature: Literal["supervise", "assign"]
    content: str
    office: str | None = None
    urgency: Literal["ordinary", "urgent", "extra_urgent"] = "ordinary"
    due: str | None = None
    working_days: int | None = None
    signatory: str | None = None
    number: str | None = None
    issued_at: str | None = None
    subject_kind: str | None = None
    subject: str | None = None


class AnswerDirective(Act, frozen=True):
    """The office that is directed answers (反馈); ``final`` says that what was wanted is done."""

    directive: str
    content: str
    final: bool = False
    signatory: str | None = None
    made_at: str | None = None


class ReturnReply(Act, frozen=True):
    """The city sends a reply back (退回) and says why; the directive waits for an answer again."""

    reply: str
    content: str
    signatory: str | None = None
    made_at: str | None = None


class CloseDirective(Act, frozen=True):
    """The city closes its directive (办结) and says with what result."""

    directive: str
    closing: str
    closed_at: str | None = None
    seen: str | None = None


def _write_comment(scene: Scene, act: WriteComment) -> None:
    group = _group_of(scene, act.subject_kind, act.subject)
    _comment(scene, group, act.subject_kind, act.subject, act.nature, act)


def _comment(
    scene: Scene, group: str, kind: str, subject: str, what: str, act: WriteComment | ReturnReply
) -> None:
    values = {
        "subject_kind": kind,
        "subject": subject,
        "nature": what,
        "content": required(act.content, "content"),
        "signatory": act.signatory,
        "made_at": moment_or_now(act.made_at, "made_at"),
    }
    scene.ids["comment"] = scene.recorder.create("comment", values, group=group)


def _issue(scene: Scene, act: IssueDirective) -> None:
    group = _directed(scene, act)
    issued = moment_or_now(act.issued_at, "issued_at")
    values: dict[str, Any] = {
        "subject_kind": act.subject_kind,
        "subject": act.subject,
        "nature": act.nature,
        "content": required(act.content, "content"),
        "urgency": act.urgency,
        "issued_at": issued,
        "signatory": act.signatory,
        "number": act.number,
        **_term(scene, act, moment(issued, "issued_at").astimezone(BEIJING).date()),
    }
    scene.ids["directive"] = scene.recorder.create("directive", values, group=group)
    scene.ids["due"] = values["due"]


def _directed(scene: Scene, act: IssueDirective) -> str:
    """The group a directive is written in: that of its record, else of the office it is for."""
    _city_only(scene)
    own = scene.journal.pen().office
    if act.subject is not None:
        group = _group_of(scene, required(act.subject_kind, "subject_kind"), act.subject)
        if act.office is not None and act.office not in addressed(group, own):
            raise UserError("acts.office_not_concerned")
    elif act.office is None:
        raise UserError("acts.missing", field="office")
    elif not is_office(act.office) or is_city(act.office) or city_of(act.office) != own:
        raise UserError("acts.no_such_office")
    else:
        group = office_group(act.office)
    if not addressed(group, own):
        raise UserError("acts.nobody_to_direct")
    return group


def _term(scene: Scene, act: IssueDirective, issued: date) -> dict[str, Any]:
    if act.due is not None:
        last = day_or_none(act.due)
        if last is None:
            raise UserError("acts.day", field="due")
        if last < issued:
            raise UserError("acts.due_before_issued")
        return {"due": last.isoformat(), "working_days": None}
    count = terms().working_days[act.urgency] if act.working_days is None else act.working_days
    if not 1 <= count <= LONGEST:
        raise UserError("acts.working_days", limit=LONGEST)
    term = working_days_after(issued, count)
    if not term.known:
        scene.red_gap("acts.gap_calendar_unknown", year=str(term.last.year))
    return {"due": term.last.isoformat(), "working_days": count}


def _answer(scene: Scene, act: AnswerDirective) -> None:
    found = scene.record("directive", act.directive)
    own = scene.journal.pen().office
    if is_city(own) or row_fits(act.directive, found["grp"], by_kind()["directive"].wire, own):
        raise UserError("acts.own_directive")
    if found["withdrawn"] == 1:
        raise UserError("acts.directive_withdrawn")
    if found["closed_at"]:
        raise UserError("acts.directive_closed")
    values = {
        "directive": act.directive,
        "content": required(act.content, "content"),
        "final": act.final,
        "signatory": act.signatory,
        "made_at": moment_or_now(act.made_at, "made_at"),
    }
    scene.ids["reply"] = scene.recorder.create("reply", values, group=found["grp"])


def _return(scene: Scene, act: ReturnReply) -> None:
    group = _group_of(scene, "reply", act.reply)
    _comment(scene, group, "reply", act.reply, "return", act)


def _close(scene: Scene, act: CloseDirective) -> None:
    _city_only(scene)
    if scene.record("directive", act.directive)["closed_at"]:
        raise UserError("acts.directive_closed")
    fields = {
        "closed_at": moment_or_now(act.closed_at, "closed_at"),
        "closing": required(act.closing, "closing"),
    }
    scene.recorder.change("directive", act.directive, fields, act.seen)
    scene.ids["directive"] = act.directive


def _group_of(scene: Scene, kind: str, subject: str) -> str:
    """The group of a record the city writes about. Raises ``UserError``."""
    _city_only(scene)
    if kind not in by_kind():
        raise UserError("acts.no_such_record", kind=kind[:40])
    found = scene.record(kind, subject)
    group: str = found["grp"]
    if not may_share(group, scene.journal.pen().office):
        raise UserError("acts.no_such_record", kind=kind)
    return group


def _city_only(scene: Scene) -> None:
    if not is_city(scene.journal.pen().office):
        raise UserError("changes.city_only")


OVERSIGHT = (
    ActKind("comment.write", WriteComment, _write_comment, "批示、意见", "Comment on a record"),
    ActKind("directive.issue", IssueDirective, _issue, "督办、交办", "Issue a directive"),
    ActKind("directive.answer", AnswerDirective, _answer, "反馈督办", "Answer a directive"),
    ActKind("directive.return", ReturnReply, _return, "退回反馈", "Send a reply back"),
    ActKind("directive.close", CloseDirective, _close, "办结督办", "Close a directive"),
)
