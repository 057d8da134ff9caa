"""What a service in Python does for the same request: FastAPI on uvicorn with uvloop and httptools, one process.

The same checks: a signed token (PyJWT), its session, a sliding-window limit by user, a counter and a histogram for
each route, and a JSON answer of the same size. Everything is in memory. Usage: fastapi_peer.py PORT SECRET FILLER.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import jwt
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from prometheus_client import Counter, Histogram
from pydantic import BaseModel

PORT, SECRET, FILLER = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ISSUER = AUDIENCE = "bench"
WINDOW_SECONDS, LIMIT = 60.0, 1_000_000_000

requests_total = Counter("requests_total", "Requests", ["route", "status"])
request_seconds = Histogram("request_seconds", "Seconds to an answer", ["route"])
app = FastAPI(openapi_url=None)
sessions = {"session": "user"}
windows: dict[str, deque[float]] = {}


class User(BaseModel):
    id: str
    email: str
    display_name: str
    role: str
    tier: str
    filler: str


users = {
    "user": User(
        id="user", email="someone@example.net", display_name="Someone", role="client", tier="free", filler=FILLER
    )
}


class Measured:
    """Counts every answer; plain ASGI, which costs the least."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def told(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, told)
        route = scope["path"]
        requests_total.labels(route, str(status)).inc()
        request_seconds.labels(route).observe(time.perf_counter() - began)


app.add_middleware(Measured)


async def user(response: Response, authorization: Annotated[str, Header()]) -> User:
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    owner = sessions.get(claims["sid"])
    if owner != claims["sub"]:
        raise HTTPException(401)
    now = time.monotonic()
    window = windows.setdefault(owner, deque())
    while window and window[0] <= now - WINDOW_SECONDS:
        window.popleft()
    if len(window) >= LIMIT:
        raise HTTPException(429)
    window.append(now)
    response.headers["X-RateLimit-Limit"] = str(LIMIT)
    response.headers["X-RateLimit-Remaining"] = str(LIMIT - len(window))
    response.headers["X-RateLimit-Reset"] = str(int(WINDOW_SECONDS - (now - window[0])))
    return users[owner]


@app.get("/api/auth/credential")
async def me(user: Annotated[User, Depends(user)]) -> User:
    return user


if __name__ == "__main__":
    now = int(time.time())
    claims = {"sub": "user", "sid": "session", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
    print(jwt.encode(claims, SECRET, algorithm="HS256"), flush=True)
    uvicorn.run(app, port=PORT, log_level="error", access_log=False, loop="uvloop", http="httptools")
