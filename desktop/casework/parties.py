"""Who takes part, in words: offices by their names, PCs by their number in the office, officers, groups.

Reads names that are here; what has none is called by its id. Knows no screen.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from desktop.casework.offices import usual_names
from desktop.changes.journal import Journal
from desktop.models.casework import Office, Officer
from desktop.wire.groups import city_of
from desktop.wire.ids import is_row_id

_PC = {"zh": "{office} {number}号机", "en": "{office}, PC {number}"}
_HERE = {"zh": "本机", "en": "this PC"}
_STRANGER = {"zh": "未入网的电脑 {device}", "en": "a PC not enrolled, {device}"}
_VOUCHED = {"zh": "{office} {device}（待市局确认）", "en": "{office}, PC {device} (waits for the city)"}
_VOUCHED_HERE = {"zh": "本机（待市局确认）", "en": "this PC (waits for the city)"}
_GROUPS = {
    "zh": {
        "office": "{0}与市局",
        "city_itself": "{0}",
        "pair": "{0}与{1}",
        "city": "{0}全市",
        "region": "全区",
    },
    "en": {
        "office": "{0} and its city",
        "city_itself": "{0}",
        "pair": "{0} and {1}",
        "city": "all offices of {0}",
        "region": "all offices",
    },
}


class Parties:
    """Names on one connection, in one language; each is looked up once."""

    def __init__(self, conn: Connection, language: str) -> None:
        self._conn = conn
        self._language = language
        journal = Journal(conn)
        self._rights = journal.rights()
        pen = journal.pen()
        self.own_office = pen.office
        self._own_device = pen.device
        self._vouched = self._rights.vouched()
        self._offices: dict[str, str] = {}
        self._officers: dict[str, str] = {}

    def office(self, code: str) -> str:
        """The printed name of an office, else its usual one, else its id."""
        if code not in self._offices:
            named = self._conn.execute(
                select(Office.name)
                .where(Office.code == code, Office.withdrawn != 1, Office.name.is_not(None))
                .order_by(Office.id.desc())
            ).scalar()
            usual = usual_names(code)
            self._offices[code] = str(named or (usual.name if usual else code))
        return self._offices[code]

    def pc(self, device: str) -> str:
        """A PC by its office and its number there; this one as such; one that is only vouched for is said
        to be so."""
        if device == self._own_device:
            return (_VOUCHED_HERE if device in self._vouched else _HERE)[self._language]
        office, voucher = self._rights.office(device), self._vouched.get(device)
        if office is None and voucher is not None:
            return self.vouched_pc(device, voucher.office)
        if office is None:
            return _STRANGER[self._language].format(device=device[:8])
        return _PC[self._language].format(office=self.office(office), number=self._rights.slot(device) + 1)

    def vouched_pc(self, device: str, office: str) -> str:
        """A PC of an office that waits for its city's grant."""
        return _VOUCHED[self._language].format(office=self.office(office), device=device[:8])

    def is_vouched(self, device: str) -> bool:
        """True for a PC that another of its office vouches for and its city has not granted yet."""
        return device in self._vouched

    def officer(self, row: str) -> str:
        """An officer's name; empty for none or one that is not here."""
        if row not in self._officers:
            found = None
            if is_row_id(row):
                found = self._conn.execute(select(Officer.name).where(Officer.id == row)).scalar()
            self._officers[row] = str(found or "")
        return self._officers[row]

    def group(self, name: str) -> str:
        """Which offices share a group; a region by the name its cities signed, else by its cities."""
        kind, _, rest = name.partition(":")
        described = self._rights.regions.get(name)
        if described is not None:
            return described.name or "、".join(map(self.office, described.cities))
        if kind == "office" and rest == city_of(rest):
            kind = "city_itself"
        words = _GROUPS[self._language].get(kind, name)
        return words.format(*map(self.office, rest.split("+")))
