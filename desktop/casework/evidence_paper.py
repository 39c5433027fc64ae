"""The summary of an evidence folder on paper: what stands in the record, who wrote it, what proves it.

For people; the proof is in the lines. Knows a record's provenance and the forms' pages, no database.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.casework.evidence_lines import Lines
from desktop.casework.fields import record_field
from desktop.casework.provenance import FieldHistory, Provenance, Written
from desktop.casework.values import value_shown
from desktop.forms.flow import Flow, number_pages
from desktop.forms.pdf import write_pdf
from desktop.forms.table import Cell, Table
from desktop.forms.text import Span
from desktop.forms.wording import Paper

_PAPER = Paper(top=20, right=18, bottom=20, left=18, size=10.5, leading=17, source="A4")
_STANDING = {"shown": "现值", "beside": "并存", "replaced": "已替换"}
_DIGITS = 16


def summary_pdf(told: Provenance, lines: Lines, exporter: str, *, practice: bool) -> bytes:
    """The summary as PDF."""
    flow = Flow(_PAPER)
    flow.title("记录证据摘要", 20, 34)
    flow.title("Summary of the evidence of one record", 10.5, 18, bold=False)
    flow.skip(6)
    for label, value in _facts(told, lines, exporter):
        flow.paragraph([Span(f"{label}：{value}")], indent=0)
    flow.skip(6)
    flow.heading("各项的值和来历 / Values and where they come from")
    headings = [
        Cell((name,)) for name in ("项目", "值", "状态", "何人、何单位、何机", "时间（该机时钟）", "条目")
    ]
    table = Table(flow, [20, 40, 14, 40, 26, 34], headings, 8.5, 12, 7)
    table.begin()
    flow.head = lambda _: table.begin()
    for field in told.fields:
        for number, write in enumerate(field.writes):
            table.add(_row(told.kind, field, write, lines, first=not number))
    flow.head = None
    flow.skip(8)
    for text in _NOTES:
        flow.paragraph([Span(text)], indent=0)
    pages = flow.finish()
    number_pages(pages, _PAPER.bottom)
    return write_pdf(pages, "Evidence", practice)


_NOTES = (
    "“条目”为编号前16位；注有“全文”的，其日志行在 run-*.jsonl 中逐字列出，可以核验。",
    "注有“凭据”的，其值写在同时录有其他人或其他记录的一条日志里。为不泄露他人内容，"
    "该条只列凭据，此值未经本文件夹证明；需要证明时，请导出单位另行列全文。",
    "本摘要供阅读，证明力在日志行和签名：请按 INSTRUCTIONS.txt 运行 check.sh，并向市局核对网络编号。",
    "Entries are named by their first 16 digits. “全文”: in full in run-*.jsonl. “凭据”: the entry also holds"
    " other people or records, whose content stays out; only its commitment is here, and the value unproved."
    " This page is for reading; run check.sh as INSTRUCTIONS.txt says, and compare the network by telephone.",
)


def _facts(told: Provenance, lines: Lines, exporter: str) -> list[tuple[str, str]]:
    others = lines.records_withheld
    return [
        ("记录 Record", f"{told.title}（{told.kind}）"),
        ("编号 Id", told.id),
        ("范围 Group", told.group),
        ("网络 Network", told.network or ""),
        ("导出电脑 Exported by", exporter),
        (
            "日志 Log",
            f"全文 {len(lines.shown)} 条，链头签名 {lines.heads} 个"
            f" / {len(lines.shown)} entries in full under {lines.heads} heads",
        ),
        (
            "未列全文 Withheld",
            f"{len(lines.withheld)} 条，因其同时写有另外 {others} 条记录（如一次录入多人），其中的值未经证明"
            f" / {len(lines.withheld)} entries that also write to {others} other records: values not proved",
        ),
    ]


def _row(kind: str, field: FieldHistory, write: Written, lines: Lines, *, first: bool) -> list[Cell]:
    name = _label(kind, field.field) if first else ""
    mark = "全文" if write.entry in lines.shown else "凭据"
    standing = _STANDING.get(write.standing, f"不计（{write.standing}）")
    who = " ".join(
        part
        for part in (write.officer_name or write.officer[-8:] or "程序", write.office_name or write.office)
        if part
    )
    value = _text(kind, field.field, write.value)
    reason = f"\n裁定理由：{write.reason}" if write.reason else ""
    clock = "\n（该机声明时钟有误）" if write.clock_off else ""
    return [
        Cell((name,), "left"),
        Cell((value + reason,), "left"),
        Cell((standing,)),
        Cell((f"{who}\n{write.device[:_DIGITS]}",), "left"),
        Cell((f"{write.time[:19]}{clock}",)),
        Cell((f"{mark} {write.number}\n{write.entry[:_DIGITS]}",), "left"),
    ]


def _label(kind: str, word: str) -> str:
    if word == "withdrawn":
        return "撤销"
    try:
        return record_field(kind, word).zh
    except KeyError:
        return word


def _text(kind: str, word: str, value: Any) -> str:
    if value is None:
        return "（空）"
    if word == "withdrawn":
        return str(value)
    try:
        return value_shown(record_field(kind, word), value, "zh", kind=kind, revealed=True)
    except (KeyError, TypeError, ValueError, AttributeError):
        return json.dumps(value, ensure_ascii=False)
