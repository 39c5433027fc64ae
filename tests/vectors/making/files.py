"""Vectors of age headers, ustar archives and zstd frames (docs/bundle-format.md, section 7)."""

from __future__ import annotations

import hashlib
from typing import Any

from desktop.wire.ustar import END
from tests.vectors.making.crafted import VERSION, base64_of, stanza, stored, tar, tar_header, tar_member
from tests.vectors.making.fixed import secret
from tests.vectors.making.vectors import Vector, refused, vector

_MAC = b"--- " + base64_of(secret("mac")) + b"\n"
_REST = b"payload"
_BAD = refused("wire.age_header")


def age_headers() -> list[Vector]:
    """The header of an age file, before any library sees it."""
    two = stanza(1) + stanza(2)
    grease = b"-> Zq-grease ab C\n" + base64_of(secret("grease"))[:30] + b"\n"
    long_grease = b"-> -grease\n" + (base64_of(secret("g") * 2)[:64] + b"\n") * 3 + b"\n"
    good = [
        ("one", "one recipient", stanza(1), 1, False),
        ("two", "two recipients", two, 2, False),
        ("256", "the most recipients", b"".join(map(stanza, range(256))), 256, False),
        ("grease", "one grease stanza, anywhere", stanza(1) + grease + stanza(2), 2, True),
        ("grease-of-many-lines", "its body may have several lines", two + long_grease, 2, True),
    ]
    long = refused("wire.age_too_long")
    scrypt = b"-> scrypt " + base64_of(secret("salt")[:16]) + b" 18\n" + base64_of(secret("b")) + b"\n"
    last = base64_of(secret("share 1"))
    bad = [
        ("version-2", "another version of age", VERSION.replace(b"v1", b"v2") + two + _MAC, refused("wire.age_version")),
        ("armor", "never as text", b"-----BEGIN AGE ENCRYPTED FILE-----\n", refused("wire.age_version")),
        ("zip", "another kind of file", b"PK\x03\x04" + bytes(99), refused("wire.age_version")),
        ("nothing", "an empty file", b"", refused("wire.age_cut")),
        ("cut", "the file ends in its header", VERSION + two[:-9], refused("wire.age_cut")),
        ("cut-before-mac", "the file ends before the MAC line", VERSION + two, refused("wire.age_cut")),
        ("no-recipient", "for nobody", VERSION + _MAC, _BAD),
        ("257", "one recipient too many", VERSION + b"".join(map(stanza, range(257))) + _MAC, long),
        ("passphrase", "never a passphrase: it could cost minutes", VERSION + scrypt + _MAC, _BAD),
        ("passphrase-beside", "nor beside a recipient", VERSION + two + scrypt + _MAC, _BAD),
        ("other-kind", "no other kind of recipient", VERSION + two.replace(b"X25519", b"ssh-rsa") + _MAC, _BAD),
        ("short-share", "a share of 31 bytes", VERSION + two.replace(last, last[:-1]) + _MAC, _BAD),
        ("loose-base64", "a last letter with bits that belong to nothing", VERSION + two.replace(last, last[:-1] + b"B") + _MAC, _BAD),
        ("padded-base64", "base64 stands without padding", VERSION + two.replace(last, last + b"=") + _MAC, _BAD),
        ("argument", "a second argument", VERSION + two.replace(last, last + b" x") + _MAC, _BAD),
        ("long-body", "a body of megabytes", VERSION + b"-> X25519 " + last + b"\n" + b"A" * 100_000, long),
        ("two-greases", "one grease stanza at most", VERSION + two + grease + grease + _MAC, _BAD),
        ("endless-grease", "a grease body of more than 16 lines", VERSION + two + b"-> -grease\n" + (b"A" * 64 + b"\n") * 17 + b"\n" + _MAC, _BAD),
        ("carriage-returns", "lines end with a line feed alone", (VERSION + two + _MAC).replace(b"\n", b"\r\n"), refused("wire.age_version")),
        ("mac-short", "a MAC of 31 bytes", VERSION + two + _MAC[:-2] + b"\n", _BAD),
    ]  # fmt: skip
    found = []
    for name, why, stanzas, count, greased in good:
        header = VERSION + stanzas + _MAC
        expect = {"recipients": count, "grease": greased, "length": len(header)}
        found.append(vector(name, why, expect, header + _REST))
    return found + [vector(name, why, expect, data) for name, why, data, expect in bad]


_CONTENT = [
    ("manifest.json", b'{"v":1}'),
    ("manifest.sig", b"0" * 128 + b"\n"),
    ("statements.jsonl", b""),
    ("entries/0.jsonl.zst", b"x" * 700),
    ("entries/1.jsonl.zst", b"y" * 512),
    ("blobs/" + "a" * 64, b"a" * 3000),
    ("blobs/" + "b" * 64, b""),
]
_NAME, _SIZE, _ORDER, _HEADER = (refused(f"wire.tar_{code}") for code in ("name", "size", "order", "header"))
_CUT, _END = refused("wire.tar_cut"), refused("wire.tar_end")


def _later(least: list[tuple[str, bytes]]) -> list[Vector]:
    """What a newer program adds stands behind the attachments and is passed over."""
    blob, one, two = _CONTENT[5], ("later/1.x-y_z", b"l" * 600), ("later/a", b"")

    def found(name: str, why: str, more: list[tuple[str, bytes]], stands: int, code: str | None) -> Vector:
        members = [[n, len(d)] for n, d in [*least, *more, ("padding", b"")]][: 3 + stands]
        return vector(name, why, {"members": members, "then": code}, tar([*least, *more]))

    return [
        found("later", "members of a newer program", [blob, one, two], 4, None),
        found("later-alone", "and without attachments", [two], 2, None),
        found("later-swapped", "they ascend", [two, one], 1, "wire.tar_order"),
        found("later-twice", "each once", [two, two], 1, "wire.tar_order"),
        found("later-before-blobs", "attachments come first", [two, blob], 1, "wire.tar_order"),
        found("later-before-runs", "runs come first", [two, _CONTENT[3]], 1, "wire.tar_order"),
    ]


def archives() -> list[Vector]:
    """The archive inside: members that stand, and what ends it."""
    good = tar(_CONTENT)
    ends = len(good) - len(END) - 512
    least = _CONTENT[:3]

    def found(name: str, why: str, data: bytes, members: int, code: dict[str, Any] | None = None) -> Vector:
        listed = [[n, len(d)] for n, d in [*_CONTENT, ("padding", b"")]][:members]
        expect = {"members": listed, "then": code["refused"] if code else None}
        return vector(name, why, expect, data)

    def instead(name: str, why: str, block: bytes, code: dict[str, Any] = _HEADER) -> Vector:
        """A hostile header where the first run would stand."""
        return found(name, why, tar(least)[: -512 - len(END)] + block + good[-512 - len(END) :], 3, code)

    sized = b"entries/0.jsonl.zst"
    names = {
        "name-parent": b"../../x", "name-absolute": b"/etc/x", "name-drive": b"C:\\x", "name-other": b"notes.txt",
        "name-inside": b"entries/../x", "name-leading-zero": b"entries/00.jsonl.zst", "name-dot": b"./padding",
        "name-capital-blob": b"blobs/" + b"A" * 64, "name-nul": b"entries/0.jsonl.zst\0x", "name-empty": b"",
        "name-later-nothing": b"later/", "name-later-deeper": b"later/a/b", "name-later-parent": b"later/..",
        "name-later-capital": b"later/A", "name-later-long": b"later/" + b"a" * 81,
        "name-directory": b"entries/", "name-bidi": "blobs/\u202egnp".encode(), "name-100": b"a" * 100,
    }  # fmt: skip
    return [
        found("good", "every kind of member, in order", good, 8),
        *_later(least),
        vector("smallest", "nothing but what must be there", {"members": [*([n, len(d)] for n, d in least), ["padding", 0]], "then": None}, tar(least)),
        *(instead(name, "a name that is none of ours", tar_header(value, 0), _NAME) for name, value in names.items()),
        instead("link", "a symbolic link", tar_header(sized, 0, kind=(156, b"2"), target=(157, b"/etc/passwd"))),
        instead("hard-link", "a hard link", tar_header(sized, 0, kind=(156, b"1"), target=(157, b"manifest.json"))),
        instead("directory", "a directory", tar_header(sized, 0, kind=(156, b"5"))),
        instead("device", "a device", tar_header(sized, 0, kind=(156, b"3"))),
        instead("long-name", "an extension that renames the next member", tar_header(sized, 0, kind=(156, b"L"))),
        instead("pax", "an extended header", tar_header(sized, 0, kind=(156, b"x"))),
        instead("old-kind", "the old letter for a file", tar_header(sized, 0, kind=(156, b"\0"))),
        instead("executable", "another mode", tar_header(sized, 0, mode=(100, b"0000755"))),
        instead("owner", "an owner", tar_header(sized, 0, user=(108, b"0001000"))),
        instead("owner-name", "an owner's name", tar_header(sized, 0, user=(265, b"root"))),
        instead("time", "a time says when it was written", tar_header(sized, 0, time=(136, b"13671530000"))),
        instead("prefix", "a name in two parts", tar_header(sized, 0, prefix=(345, b"x"))),
        instead("gnu", "another dialect", tar_header(sized, 0, magic=(257, b"ustar  \0"))),
        instead("checksum", "a wrong checksum", tar_header(sized, 0)[:148] + b"000000\0 " + tar_header(sized, 0)[156:]),
        instead("size-binary", "a size in base 256", tar_header(sized, 0, size=(124, b"\x80" + bytes(11))), _SIZE),
        instead("size-negative", "a size with a sign", tar_header(sized, 0, size=(124, b"-0000000001")), _SIZE),
        instead("size-spaces", "a size with spaces", tar_header(sized, 0, size=(124, b"         0 ")), _SIZE),
        instead("size-64-mib", "an entry file above 64 MiB", tar_header(sized, (64 << 20) + 1), _SIZE),
        instead("size-8-gib", "the largest size that can be said", tar_header(sized, 8**11 - 1), _SIZE),
        found("zeros-early", "an end before the padding", tar(least)[: -512 - len(END)] + END, 3, _ORDER),
        found("no-manifest", "the manifest is the first", tar(_CONTENT[1:]), 0, _ORDER),
        found("signature-first", "the signature is the second", tar([_CONTENT[1], _CONTENT[0]]), 0, _ORDER),
        found("runs-swapped", "runs are numbered in order", tar([*least, _CONTENT[4]]), 3, _ORDER),
        found("blobs-swapped", "attachments ascend", tar([*_CONTENT[:5], _CONTENT[6], _CONTENT[5]]), 5, _ORDER)
        | {"expect": {"members": [*([n, len(d)] for n, d in _CONTENT[:5]), [_CONTENT[6][0], 0]], "then": "wire.tar_order"}},
        found("manifest-twice", "each once", tar([*least, _CONTENT[0]]), 3, _ORDER),
        found("after-the-padding", "nothing after the padding", good[:-len(END)] + tar_member(*_CONTENT[0]) + END, 8, _END),
        found("after-the-end", "nothing after the end", good + b"\0", 8, _END),
        found("no-end", "the end is missing", good[: -len(END)], 8, _CUT),
        found("end-of-one-block", "the end is two blocks", good[:-512], 8, _CUT),
        found("filling", "the filling of a block is zero", good[:600] + b"x" + good[601:], 1, _END),
        found("cut-in-a-header", "cut inside a header", good[: ends + 100], 7, _CUT),
        found("cut-in-a-member", "cut inside a member", good[: 512 + 5], 0, _CUT),
        found("nothing", "no archive", b"", 0, _CUT),
    ]  # fmt: skip


def frames() -> list[Vector]:
    """zstd frames of run files."""
    text = ("人员" * 2000 + "\n").encode()
    one = stored(text)
    bomb = stored(b"", repeated=[(b"a", 300 << 20)])
    good = [
        ("stored", "a frame of one stored block", one, text),
        (
            "repeated",
            "blocks that repeat one byte",
            stored(b"", repeated=[(b"\n", 200_000)]),
            b"\n" * 200_000,
        ),
        ("empty", "a frame of nothing", stored(b""), b""),
        ("window-8-mib", "the largest window", stored(text, window=23), text),
    ]
    bad = [
        ("bomb", "300 MiB out of 7 kB: at most 256 MiB may come out", bomb, "wire.zstd_too_large"),
        ("window-16-mib", "a window above 8 MiB", stored(text, window=24), "wire.zstd"),
        ("window-2-tib", "the widest window", stored(text, window=41), "wire.zstd"),
        ("two-frames", "one frame, not two", one + one, "wire.zstd"),
        ("byte-after", "nothing after the frame", one + b"x", "wire.zstd"),
        (
            "skippable-after",
            "not even a frame that says nothing",
            one + b"\x50\x2a\x4d\x18" + bytes(4),
            "wire.zstd",
        ),
        ("byte-before", "nothing before the frame", b"x" + one, "wire.zstd"),
        ("cut", "the frame ends early", one[:-1], "wire.zstd_cut"),
        ("cut-in-the-start", "three bytes of a frame", one[:3], "wire.zstd_cut"),
        ("nothing", "no frame at all", b"", "wire.zstd_cut"),
        ("other", "another compression", b"\x1f\x8b\x08" + bytes(40), "wire.zstd"),
    ]
    return [
        *(
            vector(name, why, {"size": len(out), "sha256": hashlib.sha256(out).hexdigest()}, data)
            for name, why, data, out in good
        ),
        *(vector(name, why, refused(code), data) for name, why, data, code in bad),
    ]
