"""The plainest server on uvicorn: the body of a request goes into a file. A yardstick, nothing more."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send


class Copier:
    """An ASGI application that writes each body into a file of its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        with (self._folder / scope["path"].strip("/")).open("wb") as file:
            more = True
            while more:
                message = await receive()
                file.write(message.get("body", b""))
                more = message.get("more_body", False)
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(
        Copier(Path(sys.argv[1])),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        http="h11",
        lifespan="off",
        log_level="error",
        access_log=False,
    )
