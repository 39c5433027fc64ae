"""A hub whose bundles lie in a bucket of S3: the process itself, with keys from its environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub import settings as hub_settings
from hub import upkeep
from hub.settings import S3, Settings
from tests.hub.bucket import bucket
from tests.hub.devices import name_of
from tests.hub.worlds import World, content


def test_a_hub_on_s3_from_upload_to_removal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with bucket("invented") as there:
        world = World(tmp_path)
        s3 = S3("bundles", "hub", there.address, plain=True)
        file = world.folder / hub_settings.FILE
        file.write_text(hub_settings.text(Settings("127.0.0.1", 0, None, s3)), "utf-8")
        assert hub_settings.load(world.folder).s3 == s3
        world.start(plain=True)
        assert world.process is not None
        try:
            sender, city = world.device(), world.device("450900")
            small, large = content(), content(600_000)
            sender.send(small, city)
            sender.send(large, city, chunk=250_000)
            assert [item["name"] for item in city.mailbox()["items"]] == [name_of(small), name_of(large)]
            assert city.fetch(name_of(large), 300_001) == large[300_001:]
            assert sender.client.get("/v1/health").json() == {"database": "ok", "store": "ok"}
            assert len(there.objects) == 2
            assert all(key.startswith("hub/blobs/") for key in there.objects)
            with world.inside() as hub:
                assert upkeep.check(hub) == (2, 0)
                there.objects = {key: data[:-1] + b"?" for key, data in there.objects.items()}
                assert upkeep.check(hub) == (2, 2)
            assert there.objects == {}
            lost = sender.lacks(name_of(small), name_of(large))
            assert sorted(lost) == sorted([name_of(small), name_of(large)])
            sender.send(small, city)
            assert len(there.objects) == 1
            assert there.refusals == 0
            there.access_key = "another"
            data = content()
            sender.offer(data, city)
            refused = sender.chunk(name_of(data), 0, data)
            assert (refused.status_code, refused.json()["code"]) == (503, "hub.busy")
            there.access_key = "invented"
            assert sender.chunk(name_of(data), 0, data).json()["done"] is True
        finally:
            world.stop()
        assert "invented" not in world.process.log.read_text("utf-8")
