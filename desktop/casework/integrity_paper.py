"""The integrity report for people: a line for each finding with the records it concerns, and that on paper.

Titles of records stand in it: whoever saves it has it noted as an export. Knows a report, no database.
"""

from __future__ import annotations

from datetime import datetime

from desktop.casework.integrity import Report
from desktop.casework.lists.showing import code_label
from desktop.changes.findings import Finding
from desktop.errors import message
from desktop.forms.flow import Flow, number_pages
from desktop.forms.pdf import write_pdf
from desktop.forms.text import Span
from desktop.forms.wording import Paper

_PAPER = Paper(top=20, right=18, bottom=20, left=18, size=10.5, leading=17, source="A4")
_SENTENCES = {
    "statement": "integrity.statement",
    "log": "integrity.log",
    "no_log": "integrity.no_log",
    "entry": "integrity.entry",
    "link": "integrity.link",
    "expunged": "integrity.expunged",
    "ghost": "integrity.expunged",
    "verdict": "integrity.verdict",
    "number": "integrity.number",
    "head": "integrity.head",
    "unproved": "integrity.unproved",
    "row": "integrity.row",
    "register": "integrity.state",
    "pending": "integrity.state",
    "foreign_row": "integrity.state",
    "place": "integrity.state",
    "clock": "integrity.state",
    "attachment": "integrity.attachment",
    "audit": "integrity.audit",
}
"""What is said of a finding; of all others, ``integrity.note``: notes that no signature speaks for."""

_WORDS = {
    "zh": ("完整性核验报告", "日志 {logs} 份，条目 {entries} 条，链头 {heads} 个，声明 {statements} 项"),
    "en": ("Integrity report", "{logs} logs, {entries} entries, {heads} heads, {statements} statements"),
}


def finding_line(finding: Finding, language: str) -> str:
    """One finding in words: what does not hold, the records it concerns, else what names it."""
    said = message(_SENTENCES.get(finding["finding"], "integrity.note"), language)
    names = [
        f"{code_label('record_kinds', one['kind'], language)} {one['title'] or one['id']}"
        for one in finding.get("records", ())
    ]
    exact = " ".join(f"{word}={value}" for word, value in finding.items() if word not in ("records", "rows"))
    colon, stop = ("：", "；") if language == "zh" else (": ", "; ")
    return f"{said}{colon}{stop.join(names)} [{exact}]" if names else f"{said} [{exact}]"


def verdict_line(report: Report, language: str) -> str:
    """Whether all holds, in a sentence."""
    if report.findings:
        return message("integrity.faults", language, count=len(report.findings))
    return message("integrity.sound", language)


def report_lines(report: Report, language: str, made: datetime) -> list[str]:
    """The report, title first: when it was made, the verdict, what was looked at, each finding."""
    title, counts = _WORDS[language]
    return [
        title,
        made.isoformat(" ", "minutes"),
        verdict_line(report, language),
        counts.format_map(report.counts),
        *(f"{number}. {finding_line(one, language)}" for number, one in enumerate(report.findings, 1)),
    ]


def report_pdf(report: Report, language: str, made: datetime) -> bytes:
    """The report on A4."""
    title, *lines = report_lines(report, language, made)
    flow = Flow(_PAPER)
    flow.title(title, 20, 34)
    flow.skip(6)
    for line in lines:
        flow.paragraph([Span(line)], indent=0, align="left")
    pages = flow.finish()
    number_pages(pages, _PAPER.bottom)
    return write_pdf(pages, "Integrity report", practice=False)
