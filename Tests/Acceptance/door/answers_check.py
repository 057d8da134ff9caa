"""What the generator of requests checks beside its own rules: every error is one of the station's, in its one shape."""

from __future__ import annotations

from typing import Any

import schemathesis

#: Each code of the one error body, and its status.
CODES = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid_input": 422,
    "too_many_requests": 429,
    "unavailable": 503,
    "message_too_long": 400,
    "price_cap_exceeded": 400,
    "insufficient_credits": 402,
    "tier_required": 403,
    "spending_paused": 403,
    "all_providers_failed": 503,
    "invalid_ballot": 400,
    "bad_signature": 400,
    "no_weight": 403,
    "insufficient_tokens": 403,
    "voting_closed": 410,
}
#: Paths of OpenAI's interface, whose errors are those of that interface.
COMPLETIONS = "/v1/"


@schemathesis.check  # type: ignore[misc]
def no_error_inside(ctx: Any, response: Any, case: Any) -> None:
    """Health says 503 when something is away, and so does whatever needs that; nothing else may begin with a 5."""
    assert response.status_code < 500 or response.status_code == 503, f"{response.status_code}: {response.text[:200]}"


@schemathesis.check  # type: ignore[misc]
def one_error_body(ctx: Any, response: Any, case: Any) -> None:
    listed = case.operation.definition.raw["responses"]
    if str(response.status_code) in listed:
        return
    assert response.status_code in CODES.values(), (
        f"{response.status_code} is neither listed nor an error of the station"
    )
    if case.method.upper() == "HEAD":
        return
    body = response.json()
    if case.operation.path.startswith(COMPLETIONS):
        error = body.get("error")
        assert isinstance(error, dict) and error.get("message") and error.get("type"), "no error of that interface"
        assert set(error) == {"message", "type", "param", "code"}, f"other members: {sorted(error)}"
        return
    assert CODES.get(body.get("error")) == response.status_code, f"{body.get('error')} with {response.status_code}"
    assert body.get("message") and body.get("request_id"), "an error without message or request_id"
    if body["error"] == "invalid_input":
        assert body.get("details"), "a refused input without details"
