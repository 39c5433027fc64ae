"""Vectors of statements, of what sets of them say, of have-lists and manifests (sections 5 and 6)."""

from __future__ import annotations

from typing import Any

from desktop.wire import canonical
from desktop.wire.hashing import digest, signing_text
from desktop.wire.haves import sign_have
from desktop.wire.manifests import sign_manifest
from desktop.wire.signatures import SigningKey
from desktop.wire.statements import Statement, compose
from tests.vectors.making.fixed import (
    CITY,
    COUNTY,
    GROUP,
    NEIGHBOUR,
    NOW,
    City,
    Device,
    Log,
    raw_statement,
    row,
    secret,
)
from tests.vectors.making.vectors import Vector, refused, vector

DOT = secret("a dot").hex()
_BAD = refused("wire.statement")


def statements() -> list[Vector]:
    """Statement lines, each kind: which are well-formed, and their ids. Whether they count is another area."""
    city, pc = City(), Device("county one", COUNTY)
    grant = city.grant(pc)
    cut = city.state(kind="cut", device=pc.id, kept=[DOT], groups=[GROUP])
    next_keys = {"keys": [city.keys[2].public], "k": 1, "city": CITY, "kind": "keys"}
    later = city.state(**next_keys)
    good = [
        ("keys-first", "the first key set signs itself and names the network", city.root),
        ("keys-later", "a later one is signed under another", later),
        ("grant", "a PC writes for its office", grant),
        ("cut", "of these logs only what lies under the kept heads counts", cut),
        ("cut-everything", "nothing kept, all groups", city.state(kind="cut", device=pc.id, kept=[])),
        ("release", "entries count again although they were cut off", city.state(kind="release", entries=[DOT])),
        ("approve", "a mass change is confirmed", city.state(kind="approve", entry=DOT)),
        ("clock", "of another shape: kept, without effect", city.state(kind="clock", log=DOT, range=[1, 2])),
        ("expunge", "of another shape: kept, without effect", city.state(kind="expunge", entries=[DOT])),
        ("region", "of another shape: kept, without effect", city.state(kind="region", name="gx", cities=[CITY])),
        ("recovery", "keepers of lost case files: what it must look like is asked where it is used", city.state(kind="recovery", keys=[pc.keys[1]], k=1, number=1)),
        ("unknown-kind", "a kind of a later version is kept and passed on", city.state(kind="note", text="x")),
        ("unknown-field", "a field of a later version passes", city.state(kind="release", more={"a": [1]})),
        ("not-signed", "a statement without signatures is one; it only never counts", city.state(0, kind="approve")),
    ]  # fmt: skip
    found = [
        vector(name, why, {"id": one.id, "kind": one.value["kind"]}, one.text()[:-1]) for name, why, one in good
    ]  # fmt: skip
    return found + _bad_statements(city, pc, grant)


def _bad_statements(city: City, pc: Device, grant: Statement) -> list[Vector]:
    def changed(one: Statement, **change: Any) -> bytes:
        value = {key: item for key, item in {**one.value, **change}.items() if item != "gone"}
        return raw_statement(canonical.encode(value), city.keys[:2])[:-1]

    cut = city.state(kind="cut", device=pc.id, kept=[DOT])
    pairs = [[DOT, DOT * 2]] * 17
    found = [
        ("no-signatures", "a line without its tab", grant.body),
        ("17-signatures", "more than 16 signatures", grant.body + b"\t" + canonical.encode(pairs)),
        ("signature-alone", "a signature without its key", grant.body + b"\t" + canonical.encode([[DOT]])),
        ("no-kind", "what it is is missing", changed(grant, kind="gone")),
        ("kind-number", "a kind is text", changed(grant, kind=1)),
        ("no-by", "whose key set is missing", changed(grant, by="gone")),
        ("by-short", "63 digits", changed(grant, by=DOT[:63])),
        ("no-object", "not an object", raw_statement(b"[]", city.keys[:2])[:-1]),
        ("grant-other-device", "the id is not that of the keys", changed(grant, device="0" * 32)),
        ("grant-no-office", "no office id", changed(grant, office="博白")),
        ("grant-one-key", "two keys belong to a PC", changed(grant, keys=pc.keys[:1])),
        ("grant-slot-text", "a slot is a number", changed(grant, slot="first")),
        ("grant-slot-negative", "from 0 on", changed(grant, slot=-1)),
        ("cut-no-heads", "what is kept is missing", changed(cut, kept="gone")),
        ("cut-short-head", "63 digits", changed(cut, kept=[DOT[:63]])),
        ("cut-no-group", "no group's name", changed(cut, groups=["office:"])),
        ("keys-k-zero", "at least one signature", changed(city.root, k=0)),
        ("keys-k-above", "more signatures than keys", changed(city.root, k=4)),
        ("keys-same-twice", "one key cannot sign twice", changed(city.root, keys=[city.keys[0].public] * 3)),
        ("keys-none", "no key", changed(city.root, keys=[], k=0)),
        ("keys-17", "at most 16 keys", changed(city.root, keys=[secret(f"k{n}").hex() for n in range(17)])),
        ("keys-county", "a key set is a city's", changed(city.root, city=COUNTY)),
    ]
    unsorted = b'{"kind":"approve","by":"' + city.root.id.encode() + b'"}'
    return [
        *(vector(name, why, _BAD, line) for name, why, line in found),
        vector("unsorted", "keys not sorted", refused("wire.not_canonical"), raw_statement(unsorted, city.keys)[:-1]),
        vector("signatures-not-json", "not JSON", refused("wire.not_json"), grant.body + b"\tsigned"),
    ]  # fmt: skip


def rights() -> list[Vector]:
    """Sets of statements under a root: which PCs may write for which office, and which are cut."""
    city, pc, two = City(), Device("county one", COUNTY), Device("county two", COUNTY)
    far, other = Device("far", "440881"), City("other city", "440800")
    moved = Device("county one", NEIGHBOUR)
    later_keys = [SigningKey(secret(f"later key {number}")) for number in range(2)]
    value = {"kind": "keys", "keys": [key.public for key in later_keys], "k": 2, "city": CITY}
    later = city.state(**value)
    by_later = compose({**city.grant(two).value, "by": later.id}, later_keys)
    own_root = compose({**value, "by": secret("no such set").hex()}, later_keys)
    cut = city.state(kind="cut", device=pc.id, kept=[DOT], groups=[GROUP])
    grants = sorted((city.grant(pc), city.grant(moved)), key=lambda one: one.id)
    once = {pc.id: [COUNTY, 0]}
    half = [compose(city.grant(pc).value, [key]) for key in city.keys[:2]]

    def found(
        name: str,
        why: str,
        lines: list[Statement],
        devices: dict[str, Any],
        *cuts: Statement,
        signed: int = 2,
    ) -> Vector:
        told = [[CITY, c.value["device"], c.value.get("office"), c.value["kept"]] for c in cuts]
        expect = {"devices": devices, "cuts": told, "clocks": [], "signed": signed, "shares": []}
        texts = [one.text().decode() for one in lines]
        return vector(name, why, expect, root=city.root.id, statements=texts)

    doubled = city.grant(pc)._replace(signatures=city.grant(pc).signatures[:1] * 2)
    return [
        found("grant", "two of three keys signed", [city.root, city.grant(pc, 0)], once),
        found("slots", "slot 0 keeps the number blocks", [city.root, city.grant(pc), city.grant(two, 1)], {**once, two.id: [COUNTY, 1]}, signed=3),
        found("one-signature", "one of three keys is not enough", [city.root, city.grant(pc, signers=1)], {}, signed=1),
        found("same-signature-twice", "the same key twice is one key", [city.root, doubled], {}, signed=1),
        found("signatures-joined", "one signature came by each of two ways", [city.root, *half], once),
        found("no-root", "without the key set nothing counts", [city.grant(pc)], {}, signed=0),
        found("other-root", "another city's grant", [other.root, other.grant(far)], {}, signed=0),
        found("other-city", "this city's keys, another city's office", [city.root, city.grant(far)], {}),
        found("later-keys", "a PC granted under a later key set", [later, by_later, city.root], {two.id: [COUNTY, 0]}, signed=3),
        found("stray-keys", "a key set that hangs on nothing", [city.root, own_root], {}, signed=1),
        found("two-grants", "one PC for two offices: the smaller statement id counts", [city.root, *grants], {pc.id: [grants[0].value["office"], 0]}, signed=3),
        found("cut", "a cut does not take the grant back", [city.root, city.grant(pc), cut], once, cut, signed=3),
        found("cut-not-signed", "a cut with one signature", [city.root, city.grant(pc), cut._replace(signatures=cut.signatures[:1])], once),
        found("release", "a release takes nobody's grant", [city.root, city.grant(pc), city.state(kind="release", entries=[DOT])], once, signed=3),
    ]  # fmt: skip


def have_value(pc: Device, logs: dict[str, Any], blobs: list[str], counter: int = 1) -> dict[str, Any]:
    """A have-list before it is signed."""
    return {
        "v": 1, "device": pc.id, "keys": pc.keys, "group": GROUP, "incarnation": secret("one").hex()[:32],
        "counter": counter, "time": NOW, "logs": logs, "blobs": blobs,
    }  # fmt: skip


def haves() -> list[Vector]:
    """Have-lists."""
    pc = Device("county one", COUNTY)
    log = Log(pc, "one")
    log.add([["c", "person.ar", row(1, "person.ar"), {}]])
    value = have_value(pc, {log.id: [[1, 1, log.ids[1]], [4, 9, DOT]]}, [DOT])
    signed = sign_have(value, pc.signing)

    def changed(**change: Any) -> bytes:
        left = {key: item for key, item in {**value, **change}.items() if item != "gone"}
        return canonical.encode(sign_have(left, pc.signing))

    bad = {
        "not-signed": ("the signature is missing", canonical.encode(value)),
        "altered": ("the counter was changed afterwards", canonical.encode({**signed, "counter": 2})),
        "other-device": ("the id is not that of the keys", changed(device="0" * 32)),
        "no-group": ("no group's name", changed(group="office")),
        "no-blobs": ("attachments are missing", changed(blobs="gone")),
        "blob-short": ("63 digits", changed(blobs=[DOT[:63]])),
        "counter-text": ("the counter is a number", changed(counter="1")),
        "log-short": ("63 digits", changed(logs={DOT[:63]: []})),
        "stretch-backwards": ("from after to", changed(logs={log.id: [[2, 1, DOT]]})),
        "stretch-short": ("without the last id", changed(logs={log.id: [[1, 2]]})),
        "no-object": ("a list", b"[]"),
    }
    good = {"good": True}
    return [
        vector("good", "one log with a gap, one attachment", good, canonical.encode(signed)),
        vector("unknown-key", "a key of a later version passes", good, changed(later={"a": 1})),
        vector("empty", "nothing held yet", good, changed(logs={}, blobs=[])),
        *(vector(name, why, refused("wire.have"), data) for name, (why, data) in bad.items()),
    ]


def manifest_value(pc: Device, of: str, statements: list[Statement], /, **change: Any) -> dict[str, Any]:
    """A manifest before it is signed."""
    root = digest("statements", " ".join(sorted({one.id for one in statements})))
    value = {
        "v": 1, "network": of, "sender": [pc.id, *pc.keys], "to": [], "group": GROUP, "part": 0,
        "root": root, "runs": [], "blobs": [], "have": sign_have(have_value(pc, {}, []), pc.signing),
        "need": [], "digest": [secret("inputs").hex(), secret("outputs").hex()], **change,
    }  # fmt: skip
    return {key: item for key, item in value.items() if item != "gone"}


def manifests() -> list[Vector]:
    """Manifests with their signatures."""
    city, pc = City(), Device("county one", COUNTY)
    stranger = Device("stranger", COUNTY)
    value = manifest_value(pc, city.root.id, [city.root])
    body, signature = sign_manifest(value, pc.signing)

    def found(name: str, why: str, data: bytes, written: bytes, code: str | None = "wire.manifest") -> Vector:
        expect = refused(code) if code else {"sender": pc.id, "group": GROUP}
        return vector(name, why, expect, data, signature=written.decode("latin-1"))

    def changed(name: str, why: str, code: str | None = "wire.manifest", **change: Any) -> Vector:
        wanted = manifest_value(pc, city.root.id, [city.root], **change)
        return found(name, why, *sign_manifest(wanted, pc.signing), code)

    def text(data: bytes) -> bytes:
        return pc.signing.sign(signing_text("manifest", data)).encode() + b"\n"

    unsorted = body.replace(b'{"blobs":[],', b"{").replace(b'"v":1}', b'"v":1,"blobs":[]}')
    needs = [["e", DOT, 3, 4], ["b", DOT], ["later", {"a": 1}]]
    bad_signature = "wire.manifest_signature"
    return [
        found("good", "signed by the sender inside", body, signature, None),
        changed("needs", "gaps and attachments asked for, and a kind of a later version", None, need=needs),
        changed("unknown-key", "a key of a later version passes", None, later=[1]),
        changed("pieces", "the last piece of an attachment of 4 MiB and 7 bytes", None, pieces=[[DOT, (4 << 20) + 7, 4 << 20, DOT]]),
        changed("pieces-no-list", "pieces are a list", pieces={"later": 1}),
        changed("piece-elsewhere", "a piece begins at a multiple of 4 MiB", pieces=[[DOT, 9 << 20, 5, DOT]]),
        changed("piece-after-the-end", "a piece has at least one byte", pieces=[[DOT, 4 << 20, 4 << 20, DOT]]),
        changed("piece-of-too-much", "an attachment has at most 64 GiB", pieces=[[DOT, (64 << 30) + 1, 0, DOT]]),
        changed("newer", "format 2 is for a newer program", "wire.newer", v=2),
        found("newer-unsigned", "which is said before anything else is looked at", canonical.encode({"v": 2}), b"", "wire.newer"),
        changed("version-0", "there is no format 0", v=0),
        changed("version-text", "the version is a number", v="1"),
        found("other-key", "signed by a stranger", body, sign_manifest(value, stranger.signing)[1], bad_signature),
        found("flipped", "one letter changed afterwards", body.replace(b'"part":0', b'"part":1'), signature, bad_signature),
        found("signature-cut", "126 digits", body, signature[2:], bad_signature),
        found("signature-capitals", "signatures are written in small letters", body, signature.upper(), bad_signature),
        found("not-canonical", "white space, though signed", body.replace(b'"part":0', b'"part": 0'), text(body.replace(b'"part":0', b'"part": 0')), "wire.not_canonical"),
        found("unsorted", "keys not sorted, though signed", unsorted, text(unsorted), "wire.not_canonical"),
        changed("other-device", "the sender's id is not that of its keys", sender=["0" * 32, *pc.keys]),
        changed("no-need", "a list is missing", need="gone"),
        changed("no-network", "no network id", network="玉林"),
        changed("no-group", "no group's name", group="everybody"),
        changed("no-have", "the have-list is missing", have="gone"),
    ]  # fmt: skip
