"""Invented people and papers for the tests of the forms, and what pypdfium2 reads out of a PDF."""

from __future__ import annotations

import ctypes
from typing import Any

import msgspec
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from desktop.forms.data import (
    HandoverFile,
    HandoverSheet,
    LegalBasis,
    MeasureDecision,
    PartyBlock,
    PeopleRegister,
    PropertyList,
    PropertyListItem,
    RecoverySheet,
    RegisterPerson,
    Signatory,
    SiteRecord,
    Witness,
)

OFFICE = "博白县市场监督管理局"
RARE_NAMES = ("李𫖯", "王𬍛", "䶮文", "㛃梅", "𬭊生", "周𬸘")
UYGHUR_NAME = "阿卜杜热西提·艾山江·买买提吐尔逊·阿不都克里木·约麦尔江"
HOSTILE = "<b>&\"';--<img src=x>=1+1"
OFFICERS = (
    Signatory(name="郭一秀", credential="45092300001"),
    Signatory(name="董二松", credential="45092300002"),
)
PARTY = PartyBlock(
    name="梁某军",
    address="博白县某路1号出租屋",
    id_number="450923198504120019",
    phone="13800000000",
    contact_address="博白县某路1号出租屋",
)
SITE = SiteRecord(
    office=OFFICE,
    start="2020-06-07T09:20",
    end="2020-06-07T19:05",
    place="博白县百业中心二楼",
    officers=OFFICERS,
    party=PARTY,
    party_notified="已当场通知，当事人在场。",
    subject="涉嫌组织传销活动",
    credentials_answer="看清楚了。",
    recusal_answer="不申请回避。",
    findings="现场为一间约200平方米的会议室，未见营业执照。\n"
    + "室内有93人正在听课，白板上写有“五级三晋制”等字样。" * 12,
    measure_notice="现场物品涉嫌专门用于传销活动，经本局主要负责人书面批准，决定予以扣押，期限30日。",
    party_statement="没有意见。",
    closing_answer="属实。",
    witness=Witness(name="王𬍛", id_number="450902199010010023", unit="百业中心物业服务部"),
)
CASH = PropertyListItem(
    name="涉传资金（现金）",
    specification="人民币 100元券",
    unit="元",
    quantity="128600",
    source="讲台抽屉",
    amount="128600.00",
)
PHONE = PropertyListItem(
    name="手机", specification="某牌 X1", unit="部", quantity="1", remark="IMEI 860000000000001"
)
LIST = PropertyList(
    document_no="博市监强制〔2020〕1号-1",
    purpose="seize",
    office=OFFICE,
    decision_no="博市监强制〔2020〕1号",
    party=PARTY.name,
    place=SITE.place,
    date="2020-06-07",
    items=(CASH, *[PHONE] * 11),
    officers=OFFICERS,
    storage="本局涉案物品保管室",
)
DECISION = MeasureDecision(
    office=OFFICE,
    document_no="博市监强制〔2020〕1号",
    party=PARTY,
    allegation="组织传销活动",
    bases=(
        LegalBasis(law="禁止传销条例", article="14", paragraph="1", item="4"),
        LegalBasis(law="禁止传销条例", article="14", paragraph="1", item="5"),
    ),
    targets=("property",),
    measure="seize",
    list_no=LIST.document_no,
    place=SITE.place,
    period_from="2020-06-07",
    period_to="2020-07-07",
    storage="常温、干燥、封存于本局涉案物品保管室",
    government="博白县人民政府",
    superior_office="玉林市市场监督管理局",
    court="博白县人民法院",
    contact="郭一秀",
    contact_phone="0775-0000000",
    date="2020-06-07",
)
RECOVERY = RecoverySheet(
    office=OFFICE,
    date="2026-11-24",
    file_id="F-7K3Q-450923",
    recovery_key="LDRK1-7F3QX-9M2TB-K4H8C-PZ6WD-R5VNJ-3YTGA",
)

HANDOVER = HandoverSheet(
    office=OFFICE,
    date="2026-11-24",
    stick="3F9A-02C7",
    bytes=83_551_232,
    digest="3f9a02c751be88d0" * 4,
    code="liandong-handover:1:3:83551232:" + "3f9a02c751be88d0" * 4,
    files=tuple(
        HandoverFile(name=f"{digit * 64}.bundle", size=size, whole=digit != "c")
        for digit, size in (("a", 49_283_072), ("b", 34_250_888), ("c", 17_272))
    ),
)


def people(count: int) -> tuple[RegisterPerson, ...]:
    """So many invented people, with rare names among the first ones."""
    names = [*RARE_NAMES, UYGHUR_NAME, "", HOSTILE]
    return tuple(
        RegisterPerson(
            site_no=f"A{number:03d}",
            name=names[number - 1] if number <= len(names) else f"张某{number}",
            sex="女" if number % 2 else "男",
            birth_date="1990-10-01",
            id_type="居民身份证",
            id_number="450902199010010023",
            ethnicity="汉",
            registered_address="广西壮族自治区玉林市某县某镇",
            phone="13800000000",
            minor="否",
            arrived="09:20",
            left="17:21",
            upline="梁某军" if number > 1 else "",
            joined="2019-05",
            amount_paid="69800",
            rank="业务组长",
            role="参与人员",
            disposal="教育遣散",
            responsible="郭一秀",
        )
        for number in range(1, count + 1)
    )


def register(count: int, sheets: bool = True) -> PeopleRegister:
    """A register of so many people."""
    return PeopleRegister(
        office=OFFICE,
        document_no="DJ-2020-001",
        raid="东望集团涉嫌传销联合行动",
        place=SITE.place,
        date="2020-06-07",
        people=people(count),
        officers=OFFICERS,
        prepared_by="陈三",
        sheets=sheets,
    )


FILLED: dict[str, msgspec.Struct] = {
    "site_record": SITE,
    "property_list": LIST,
    "measure_decision": DECISION,
    "people_register": register(14),
    "recovery_sheet": RECOVERY,
    "handover_sheet": HANDOVER,
}


def filled_with(kind: type[msgspec.Struct], text: str) -> Any:
    """Data of a form with the same text in every field, and one row in every list."""
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        if field.type is str:
            values[field.name] = text
        elif field.name == "party":
            values[field.name] = filled_with(PartyBlock, text)
        elif field.name == "witness":
            values[field.name] = filled_with(Witness, text)
        elif field.name in {"officers", "items", "people", "bases"}:
            rows = {
                "officers": Signatory,
                "items": PropertyListItem,
                "people": RegisterPerson,
                "bases": LegalBasis,
            }
            values[field.name] = (filled_with(rows[field.name], text),)
    return kind(**values)


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, line ends as \\n, and the hyphens that pdfium takes for soft ones as hyphens."""
    with pypdfium2.PdfDocument(pdf) as document:
        raw = [page.get_textpage().get_text_bounded() for page in document]
    return [text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-") for text in raw]


def squeezed(text: str) -> str:
    """A text without its white space: lines and justified characters aside, what a search sees."""
    return "".join(text.split())


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole points."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width()), round(page.get_height())) for page in document]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The fonts that the document's text uses, and whether each is embedded."""
    found: dict[str, bool] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for text in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                font = pdfium.FPDFTextObj_GetFont(text.raw)
                name = ctypes.create_string_buffer(128)
                pdfium.FPDFFont_GetBaseFontName(font, name, 128)
                found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    return found


def rasters(pdf: bytes, numbers: list[int], scale: float = 0.7) -> list[Image.Image]:
    """Some pages as grey pictures."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            document[number].render(scale=scale, grayscale=True).to_pil().convert("L") for number in numbers
        ]
