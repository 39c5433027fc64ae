"""Signatures that were found good are remembered: verified once, and nothing else is ever taken for them."""

from __future__ import annotations

import pytest

from desktop.wire import signatures
from desktop.wire.signatures import Proofs, SigningKey, verifies

KEY, OTHER = SigningKey.generate(), SigningKey.generate()


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is really verified, one after the other."""
    found: list[bytes] = []

    def counted(public: str, signature: str, data: bytes) -> bool:
        found.append(data)
        return verifies(public, signature, data)

    monkeypatch.setattr(signatures, "verifies", counted)
    return found


def test_a_good_signature_is_verified_once(verified: list[bytes]) -> None:
    proofs = Proofs(10)
    assert all(proofs.verifies(KEY.public, KEY.sign(b"x"), b"x") for _ in range(3))
    assert verified == [b"x"]


def test_what_differs_in_one_bit_is_another_signature_and_false_ones_are_tried_each_time(
    verified: list[bytes],
) -> None:
    proofs, good = Proofs(10), KEY.sign(b"x")
    assert proofs.verifies(KEY.public, good, b"x")
    flipped = f"{int(good[0], 16) ^ 1:x}{good[1:]}"
    for _ in range(2):
        assert not proofs.verifies(KEY.public, good, b"y")
        assert not proofs.verifies(KEY.public, flipped, b"x")
        assert not proofs.verifies(OTHER.public, good, b"x")
    assert len(verified) == 1 + 6
    for spelling in (good.upper(), f" {good}", good[:-1], ""):
        assert not proofs.verifies(KEY.public, spelling, b"x")
    assert not proofs.verifies(KEY.public.upper(), good, b"x")


def test_only_so_many_are_remembered_the_oldest_are_forgotten_first(verified: list[bytes]) -> None:
    proofs, texts = Proofs(2), [b"1", b"2", b"3"]
    for text in (*texts, *texts[1:], texts[0]):
        assert proofs.verifies(KEY.public, KEY.sign(text), text)
    assert verified == [*texts, texts[0]]
