"""Vectors of whole bundles that are read to their end (docs/bundle-format.md, section 8): verdicts and merge."""

from __future__ import annotations

import hashlib

from tests.vectors.making.bundle import (
    FAR,
    ONE,
    ROOT,
    STATED,
    STRANGER,
    TWO,
    US,
    Bundle,
    correction,
    person,
    run,
    three_people,
)
from tests.vectors.making.fixed import CITY, NOW, Log, row, secret

PHOTOGRAPH = b"photograph" * 9000


def lawful() -> list[Bundle]:
    """What is merged, and what is held without effect."""
    merged = [_job(), _conflict(), _fork(), _clock(), _gap(), _newer_author(), _attachment(), _city_row()]
    merged += [_whole_in_the_padding(), _last_piece()]
    return [*merged, _receipt(), _grease(), _needs(), _bad_entries(), _not_entitled(), _cut(), _filled()]


def _job() -> Bundle:
    log = Log(ONE, "job")
    added = log.add([person(1, name="张三", phone="1")])
    corrected = log.add([correction(1, added, name="张山")], "person.correct")
    log.add([["w", "person.ar", row(1, "person.ar"), "重复登记", [], [added, corrected]]], "record.withdraw")
    why = "a person is added, corrected, withdrawn; filled up and sealed as the program does"
    return Bundle("one-run", why, run(log), pad=True).stands(log)


def _conflict() -> Bundle:
    one, two = three_people("one"), Log(TWO, "two")
    one.add([correction(1, one.ids[1], phone="11")], "person.correct")
    two.add([correction(1, one.ids[1], phone="12")], "person.correct")
    two.add([["w", "person.ar", row(2, "person.ar"), "查无此人", [], [one.ids[2]]]], "record.withdraw")
    one.add([correction(2, one.ids[2], phone="22")], "person.correct")
    why = "two PCs of an office change one phone number apart, and one withdraws whom the other corrects"
    return Bundle("conflict", why, run(one), run(two)).stands(one, two)


def _fork() -> Bundle:
    log = three_people("forked")
    other = log.copy("forked elsewhere")
    log.add([person(4, name="这一支")])
    other.add([person(5, name="那一支")])
    other.add([correction(1, log.ids[1], phone="9")], "person.correct")
    why = "a cloned PC: one log, two branches, both count"
    return Bundle("fork", why, run(log), run(other, first=4)).stands(log, other)


def _clock() -> Bundle:
    one, two = three_people("slow"), Log(TWO, "fast")
    ten_years_ahead = {"t": NOW + 10 * 365 * 86_400_000}
    two.add([correction(1, one.ids[1], phone="2030")], "person.correct", header=ten_years_ahead)
    two.add([["k", 1, 1]], "clock.off")
    one.add([correction(1, one.ids[1], phone="2020")], "person.correct")
    why = "a clock ten years ahead, declared off: its value stays in the conflict and is not the one shown"
    return Bundle("clock-off", why, run(one), run(two)).stands(one, two)


def _gap() -> Bundle:
    log = Log(ONE, "late")
    created = log.add([person(1, name="甲", phone="1")])
    second = log.add([correction(1, created, phone="2")], "person.correct")
    log.add([correction(1, second, phone="3")], "person.correct")
    start = log.start() + log.lines[0] + log.head(ROOT.root.id, 1)
    why = "entry 3 replaces what entry 2 wrote, and entry 2 has not arrived"
    return Bundle("gap", why, run(log, first=3), start).stands_from(log, 3, 3).stands_from(log, 1, 1)


def _newer_author() -> Bundle:
    log = Log(ONE, "newer")
    drone = ["c", "drone.ai", row(1, "drone.ai"), {"height": "1.5"}]
    log.add([person(1, name="甲", retina="x"), drone], header={"v": 7, "zz": {"a": []}})
    log.add([person(2, name=["not", "text"]), ["v", {"request": 1}]])
    why = "tables, fields, header keys, values and statements of a later version pass"
    bundle = Bundle("newer-author", why, run(log)).stands(log)
    bundle.statements = [*STATED, ROOT.state(kind="note", text="later")]
    return bundle


def attachment_log() -> Log:
    """The log of the bundle with an attachment."""
    log = Log(ONE, "attachment")
    values = {"name": "x.jpg", "sha256": hashlib.sha256(PHOTOGRAPH).hexdigest(), "size": len(PHOTOGRAPH)}
    log.add([["c", "attachment.ai", row(1, "attachment.ai"), values]], "file.attach")
    return log


def _attachment() -> Bundle:
    log = attachment_log()
    why = "a file of 90 kB, so that the age payload has two chunks"
    return Bundle("attachment", why, run(log), pad=True).stands(log).holds(PHOTOGRAPH)


def _whole_in_the_padding() -> Bundle:
    log = attachment_log()
    why = "a whole attachment as its only piece, at the start of the padding; zeros after it"
    bundle = Bundle("piece", why, run(log), pad=True).stands(log)
    return bundle.brings((log_sha(), len(PHOTOGRAPH), 0, PHOTOGRAPH), whole=[PHOTOGRAPH])


def _last_piece() -> Bundle:
    log = attachment_log()
    why = "the last piece of a larger attachment: kept, and no attachment yet; then one that is complete"
    last = (secret("film").hex(), (4 << 20) + 1000, 4 << 20, b"film" * 250)
    bundle = Bundle("last-piece", why, run(log)).stands(log)
    return bundle.brings(last, (log_sha(), len(PHOTOGRAPH), 0, PHOTOGRAPH), whole=[PHOTOGRAPH])


def log_sha() -> str:
    """The SHA-256 of the photograph."""
    return hashlib.sha256(PHOTOGRAPH).hexdigest()


def _city_row() -> Bundle:
    log = Log(US, "city rows")
    log.add([["c", "directive.cr", row(1, "directive.cr", CITY), {"text": "请复核"}]], "city.direct")
    why = "the city's own row in the office's group, in a table of cities"
    return Bundle("city-row", why, run(log), sender=US).stands(log)


def _receipt() -> Bundle:
    return Bundle("no-runs", "nothing but a have-list: a receipt")


def _grease() -> Bundle:
    log = three_people()
    bundle = Bundle("grease", "a grease stanza in the header, as age may write", run(log)).stands(log)
    bundle.grease = b"-> x-grease y\nAAAA\n"
    return bundle


def _needs() -> Bundle:
    log = three_people()
    why = "asks for a gap and an attachment; a kind of need of a later version, a key of a later version"
    bundle = Bundle("needs", why, run(log)).stands(log)
    bundle.manifest = {"need": [["e", log.id, 4, 9], ["b", secret("blob").hex()], ["later"]], "later": 1}
    return bundle


def _bad_entries() -> Bundle:
    log = three_people("mixed")
    log.add(b'[["c","person.ar","' + row(4, "person.ar").encode() + b'",{"b":1,"a":2}]]')
    log.add(b"[" + b",".join([b'["k",1,1]'] * 4097) + b"]")
    log.add([person(6, name="之后")])
    log.add([["c", "person.ar", row(7, "person.ar", CITY), {"name": "市局的"}]])
    log.add([["c", "directive.cr", row(8, "directive.cr"), {"text": "冒充"}]])
    log.add([person(9, name="已删")], expunged=True)
    log.add([["s", "person.ar", row(10, "lead.ar"), {"name": ["x"]}]])
    log.add([person(11, name="丙")], header={"n": 99})
    log.add([person(12, name="丁")])
    others = {"_4": "malformed", "_5": "malformed", "_7": "not_its_row", "_8": "city_only"}
    others |= {"_9": "expunged", "_10": "not_its_row", "_11": "malformed"}
    return Bundle("bad-entries", "one bad entry spoils nothing beside it", run(log)).stands(log, **others)


def _not_entitled() -> Bundle:
    strange, far, plain = Log(STRANGER, "strange"), Log(FAR, "far"), three_people()
    strange.add([person(20, name="假")])
    far.add([person(21, name="外")])
    why = "runs of a stranger and of another office, carried by an honest PC"
    bundle = Bundle("not-entitled", why, run(strange), run(far), run(plain))
    return bundle.stands(strange, verdict="no_grant").stands(far, verdict="not_its_group").stands(plain)


def _cut() -> Bundle:
    honest, stolen, thief = three_people("honest"), Log(TWO, "stolen"), Log(TWO, "thief's")
    stolen.add([person(30, name="早")])
    stolen.add([correction(1, honest.ids[1], phone="0")], "person.correct")
    thief.add([person(31, name="贼")])
    why = "a stolen PC is cut at entry 1: what it overwrote stands again, its new log is nothing"
    bundle = Bundle("cut", why, run(honest), run(stolen), run(thief))
    bundle.statements = [*STATED, ROOT.state(kind="cut", device=TWO.id, kept=[stolen.ids[1]])]
    return bundle.stands(honest).stands(stolen, _2="cut").stands(thief, verdict="cut")


def _filled() -> Bundle:
    log, bare = three_people("filled"), Log(ONE, "filled")
    for number in range(1, 4):
        bare.add([person(number, name=f"人员{number}", phone=str(number))], expunged=number == 2)
    why = "a line without its payload, then the same line in full"
    return Bundle("expunged-then-whole", why, run(bare), run(log)).stands(log)
