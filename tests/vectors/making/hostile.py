"""Vectors of whole bundles that are not read to their end: forged, hostile, cut, altered (section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.wire import canonical
from desktop.wire.hashing import signing_text
from desktop.wire.haves import sign_have
from desktop.wire.manifests import sign_manifest
from tests.vectors.making.bundle import FAR, ONE, ROOT, STATED, STRANGER, TWO, US, Bundle, run, three_people
from tests.vectors.making.crafted import stored, tar_header, tar_member
from tests.vectors.making.fixed import CITY, Log, raw_statement, row, secret
from tests.vectors.making.lawful import PHOTOGRAPH, attachment_log, log_sha
from tests.vectors.making.rights import have_value, manifest_value
from tests.vectors.making.vectors import Vector

REFUSED, UNLAWFUL = "exchange.refused", "sealing.unlawful"
CUT, DAMAGED, NO_BUNDLE = "sealing.cut", "sealing.damaged", "sealing.not_a_bundle"
_BOMB = 300 << 20


def hostile() -> list[Bundle]:
    """All that is wrong from the start."""
    return [*_archives(), *_manifests(), *_senders(), *_runs(), *_frames()]


def _three(name: str, why: str, code: str, outcome: str = "refused", *, stand: bool = False) -> Bundle:
    """The bundle of three people, of which nothing stands, or all three."""
    bundle = Bundle(name, why, run(three_people())).refused(code, outcome)
    return bundle.stands(three_people()) if stand else bundle


def _archives() -> list[Bundle]:
    others = _three("for-another", "sealed for another PC", "sealing.not_for_us", "not_for_us")
    others.readers = [ONE]
    names = _three("hostile-name", "a member named ../../x after the run", UNLAWFUL, stand=True)
    names.tail = tar_header(b"../../x", 3) + b"abc" + bytes(509)
    extra = _three("after-the-padding", "members after the padding", UNLAWFUL, stand=True)
    extra.tail = tar_member("padding", b"") + tar_member("manifest.json", b"{}") + bytes(1024)
    no_end = _three("no-padding", "an archive that ends after its run", UNLAWFUL, stand=True)
    no_end.tail = b""
    blob = _three("other-blob", "an attachment that is not what its name says", REFUSED, stand=True)
    blob.blobs = {secret("blob").hex(): b"something else"}
    return [others, names, extra, no_end, blob, *_pieces()]


def _pieces() -> list[Bundle]:
    whole, size = log_sha(), len(PHOTOGRAPH)
    altered = _three("altered-piece", "one letter of a piece is another", REFUSED, stand=True)
    altered.brings((whole, size, 0, PHOTOGRAPH)).start = PHOTOGRAPH[:-1] + b"x"
    cut = _three("short-padding", "a padding that ends inside a piece", REFUSED, stand=True)
    cut.brings((whole, size, 0, PHOTOGRAPH)).start = PHOTOGRAPH[:-1]
    why = "sound pieces that together are another file than they were said to be: dropped, the rest stands"
    false = _three("false-whole", why, "casefile.blob_false", stand=True)
    false.brings((secret("film").hex(), size, 0, PHOTOGRAPH))
    return [altered, cut, false]


def _manifests() -> list[Bundle]:
    def told(name: str, why: str, code: str, outcome: str = "refused", **change: Any) -> Bundle:
        bundle = _three(name, why, code, outcome, stand="have" in change)
        bundle.manifest = change
        return bundle

    value = manifest_value(ONE, ROOT.root.id, STATED, to=[US.id])
    body = canonical.encode(value)
    unsorted = _three("unsorted-manifest", "keys not sorted, though signed", REFUSED)
    swapped = body.replace(b'{"blobs":[],', b"{").replace(b'"v":1}', b'"v":1,"blobs":[]}')
    signature = ONE.signing.sign(signing_text("manifest", swapped)).encode() + b"\n"
    unsorted.instead = {"manifest.json": swapped, "manifest.sig": signature}
    forged = _three("forged-manifest", "signed by another key than the sender's", REFUSED)
    forged.instead = {"manifest.sig": sign_manifest(value, STRANGER.signing)[1]}
    of_another = sign_have(have_value(TWO, {}, []), TWO.signing)
    not_signed = sign_have(have_value(ONE, {}, []), TWO.signing)
    elsewhere = secret("network").hex()
    return [
        told("newer", "format 2", "exchange.newer", "newer", v=2, anything="else"),
        told("other-network", "of another city", "exchange.other_network", "other_network", network=elsewhere),
        unsorted,
        forged,
        told("have-of-another", "a have-list of another PC: the entries stand", REFUSED, have=of_another),
        told("have-not-signed", "a have-list that its PC did not sign", REFUSED, have=not_signed),
    ]  # fmt: skip


def _senders() -> list[Bundle]:
    code, outcome = "exchange.stranger", "stranger"
    stranger = _three("stranger", "the sender has no grant", code, outcome)
    stranger.sender = STRANGER
    outsider = _three("outsider", "the sender's office is not of the group", code, outcome)
    outsider.sender = FAR
    half = _three("half-granted", "the sender's grant has one signature of two", code, outcome)
    half.statements = [ROOT.root, ROOT.grant(ONE, signers=1)]
    bad = _three("bad-statement", "a grant whose device is not that of its keys", REFUSED)
    wrong = canonical.encode({**ROOT.grant(ONE).value, "device": "0" * 32})
    lines = b"".join(one.text() for one in STATED) + raw_statement(wrong, ROOT.keys[:2])
    bad.instead = {"statements.jsonl": lines}
    return [stranger, outsider, half, bad]


def _runs() -> list[Bundle]:
    log = three_people()
    good = run(log, 2)
    bare = good[: -len(log.head(ROOT.root.id))]
    runs = {
        "forged-head": ("the second head is signed by a stranger", bare + log.head(ROOT.root.id, signer=STRANGER.signing)),
        "head-of-another-network": ("the second head is signed for another network", bare + log.head(secret("network").hex())),
        "altered-entry": ("one letter of the third entry was changed", good.replace("人员3".encode(), "人员9".encode())),
    }  # fmt: skip
    found = [
        Bundle(name, why, spoilt).refused(REFUSED).stands_from(log, 1, 2)
        for name, (why, spoilt) in runs.items()
    ]
    other = Log(US, "elsewhere", group=f"office:{CITY}")
    other.add([["c", "person.ar", row(1, "person.ar", CITY, f"office:{CITY}"), {}]])
    why = "a run of another group than the manifest's"
    return [*found, Bundle("other-group", why, good, run(other)).refused(REFUSED).stands(log)]


def _frames() -> list[Bundle]:
    log = three_people()
    good = run(log, 2)
    before = good[: -len(log.head(ROOT.root.id)) - len(log.lines[2])]
    long_line = [(b"a", (1 << 20) + 1), (b"\n", 1)]
    frames = {
        "long-line": ("a line of 2^20 + 1 bytes behind the second entry", stored(before, repeated=long_line), 2),
        "bomb": ("300 MiB behind two honest entries, without a line feed", stored(before, repeated=[(b"a", _BOMB)]), 2),
        "bomb-first": ("300 MiB of empty lines where the run begins", stored(b"", repeated=[(b"\n", _BOMB)]), 0),
        "two-frames": ("a second frame with the rest", stored(before) + stored(good[len(before) :]), 2),
        "wide-window": ("a window above 8 MiB", stored(good, window=24), 0),
        "cut-frame": ("the frame ends before its last block", stored(good, repeated=[(b" ", 9)])[:-1], 3),
    }  # fmt: skip
    found = []
    for name, (why, frame, last) in frames.items():
        found.append(Bundle(name, why).refused(REFUSED).stands_from(log, 1, last))
        found[-1].frames = [frame]
    return found


def damaged(files: Mapping[str, bytes]) -> list[Vector]:
    """Lawful files, cut, altered and lengthened: ``cut`` keeps so many bytes, ``flip`` turns a bit of one."""
    one, two = files["one-run"], files["attachment"]
    header, ours = _header(one), one.index(b"-> X25519 ")
    second = _header(two) + 16 + 65536 + 16
    of_one = [
        ("cut-in-the-header", "cut in the header", CUT, {"cut": 100}),
        ("cut-after-the-header", "nothing but the header", CUT, {"cut": header}),
        ("cut-in-the-only-chunk", "half of the one chunk: nothing is authenticated", CUT, {"cut": len(one) // 2}),
        ("cut-by-a-byte", "the last byte is missing", CUT, {"cut": len(one) - 1}),
        ("flip-in-the-mac", "a letter of the header's MAC becomes another", DAMAGED, {"flip": _letter(one, header - 10)}),
        ("flip-in-the-payload", "a bit of the payload", DAMAGED, {"flip": [header + 300, 0]}),
        ("flip-in-the-tag", "a bit of the last tag", DAMAGED, {"flip": [len(one) - 3, 7]}),
        ("flip-in-the-version", "a bit of the first line", NO_BUNDLE, {"flip": [5, 1]}),
        ("flip-in-a-stanza", "a letter of a stanza becomes none", NO_BUNDLE, {"flip": [ours + 3, 5]}),
        ("longer", "a byte more", CUT, {"append": "00"}),
    ]  # fmt: skip
    of_two = [
        ("cut-in-the-second-chunk", "the run in the first chunk stands, the file in the second is gone", CUT, {"cut": second + 9}),
        ("cut-between-chunks", "cut exactly between two chunks", CUT, {"cut": second}),
        ("flip-in-the-second-chunk", "a bit of the second chunk: the first stands", DAMAGED, {"flip": [second + 50, 1]}),
    ]  # fmt: skip
    found = []
    for of, cases, stand in (("one-run", of_one, []), ("attachment", of_two, [attachment_log()])):
        for name, why, code, damage in cases:
            bundle = Bundle(name, why).refused(code).stands(*stand)
            bundle.damage = damage
            found.append(bundle.vector(of))
    return found


def _header(data: bytes) -> int:
    """How long the header of an age file is."""
    return data.index(b"\n--- ") + 49


def _letter(data: bytes, at: int) -> list[int]:
    """A bit that turns a base64 letter into another one."""
    return [at, next(bit for bit in range(7) if chr(data[at] ^ 1 << bit).isalnum())]
