"""OpenAI's own Python library, unchanged, against our interface."""

from __future__ import annotations

import openai
from openai import OpenAI

from door.people import make_key
from harness.bench import Bench

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "library"
TITLE = "the official openai library with one of our keys: whole, streamed, tools, usage, models, errors by their classes"

TOOL = {
    "type": "function",
    "function": {
        "name": "price",
        "description": "The price of a pair",
        "parameters": {"type": "object", "properties": {"pair": {"type": "string"}}, "required": ["pair"]},
    },
}
HELLO = [{"role": "user", "content": "Hello?"}]


def run(bench: Bench) -> None:
    server = FaultServer(
        bench,
        {
            "good": answer(),
            "tools": {"do": "answer", "tool": {"name": "price", "arguments": {"pair": "BTC-USD"}}, "finish": "tool_calls"},
            "cut": {"do": "cut", "after": 2},
            "down": {"do": "status", "status": 500},
        },
    ).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.write_config(settings({name: server.base for name in server.script["models"]}, ["good"]))
    station.start()
    caller = Caller.add(station)
    key = make_key(caller.door, caller.credential, "library", ["read", "write"])
    client = OpenAI(base_url=f"http://127.0.0.1:{station.port}/v1", api_key=key.text, max_retries=0, timeout=30)
    bench.on_close(client.close)

    names = [model.id for model in client.models.list()]
    bench.check("models.list", "auto and ours", names, set(names) == {"auto", "good", "tools", "cut", "down"})
    one = client.models.retrieve("good")
    bench.check("models.retrieve", "good", one.id, one.id == "good")
    for model in ("good", "auto"):
        whole = client.chat.completions.create(model=model, messages=HELLO)  # type: ignore[arg-type]
        text, usage = whole.choices[0].message.content, whole.usage
        bench.check(
            f"whole, from {model}",
            "the words, stop, 500 + 1000 tokens",
            f"{text!r}, {whole.choices[0].finish_reason}, {usage}"[:140],
            text == answer()["text"]
            and whole.choices[0].finish_reason == "stop"
            and usage is not None
            and (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (500, 1000, 1500),
        )
    chunks = list(
        client.chat.completions.create(
            model="good", messages=HELLO, stream=True, stream_options={"include_usage": True}  # type: ignore[arg-type]
        )
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    finish = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1]
    bench.check(
        "streamed, with usage",
        "the words, stop, usage in the last chunk",
        f"{said!r}, {finish}, {chunks[-1].usage}"[:140],
        said == answer()["text"] and finish == "stop" and chunks[-1].usage is not None and chunks[-1].usage.total_tokens == 1500,
    )
    called = client.chat.completions.create(model="tools", messages=HELLO, tools=[TOOL])  # type: ignore[arg-type, call-overload]
    calls = called.choices[0].message.tool_calls or []
    bench.check(
        "tools, whole",
        'price({"pair": "BTC-USD"}), tool_calls',
        f"{[(call.function.name, call.function.arguments) for call in calls]}, {called.choices[0].finish_reason}",
        len(calls) == 1 and calls[0].function.name == "price" and "BTC-USD" in calls[0].function.arguments
        and called.choices[0].finish_reason == "tool_calls",
    )
    with client.chat.completions.stream(model="tools", messages=HELLO, tools=[TOOL]) as stream:  # type: ignore[arg-type, list-item]
        final = stream.get_final_completion()
    calls = final.choices[0].message.tool_calls or []
    bench.check(
        "tools, streamed and put together by the library",
        "the same",
        [(call.function.name, call.function.arguments) for call in calls],
        len(calls) == 1 and "BTC-USD" in calls[0].function.arguments,
    )
    back = client.chat.completions.create(
        model="good",
        messages=[
            *HELLO,  # type: ignore[list-item]
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "price", "arguments": '{"pair":"BTC-USD"}'}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "42"},
        ],
    )
    seen = server.seen("good")["lastRequest"]["messages"]
    bench.check(
        "a tool's answer goes to the provider",
        "user, assistant with the call, tool with its id",
        [message["role"] for message in seen],
        back.choices[0].message.content == answer()["text"]
        and [message["role"] for message in seen] == ["user", "assistant", "tool"]
        and seen[2]["tool_call_id"] == "c1",
    )
    _errors(bench, client, caller, station.port)
    adds_up(bench, station, [caller], "after all of it")
    station.stop()


def _errors(bench: Bench, client: OpenAI, caller: Caller, port: int) -> None:
    poor = Caller.add(caller.station, credits=1)
    poor_key = make_key(poor.door, poor.credential, "poor", ["read", "write"])
    free = Caller.add(caller.station, tier="free")
    free_key = make_key(free.door, free.credential, "free", ["read", "write"])
    base = f"http://127.0.0.1:{port}/v1"
    strangers = {
        "wrong key": OpenAI(base_url=base, api_key="sk-wrong", max_retries=0),
        "no credits": OpenAI(base_url=base, api_key=poor_key.text, max_retries=0),
        "tier free": OpenAI(base_url=base, api_key=free_key.text, max_retries=0),
    }
    for one in strangers.values():
        bench.on_close(one.close)
    cases: list[tuple[str, OpenAI, dict[str, object], type[Exception], str | None]] = [
        ("unknown model", client, {"model": "gpt-9"}, openai.NotFoundError, "model_not_found"),
        ("unknown role", client, {"messages": [{"role": "boss", "content": "x"}]}, openai.BadRequestError, None),
        ("nobody answers", client, {"model": "down"}, openai.InternalServerError, "all_providers_failed"),
        ("wrong key", strangers["wrong key"], {}, openai.AuthenticationError, "invalid_api_key"),
        ("no credits", strangers["no credits"], {}, openai.RateLimitError, "insufficient_quota"),
        ("tier free", strangers["tier free"], {}, openai.PermissionDeniedError, "tier_required"),
    ]
    for what, who, change, expected, code in cases:
        arguments = {"model": "good", "messages": HELLO, **change}
        try:
            who.chat.completions.create(**arguments)  # type: ignore[call-overload]
            found: object = "an answer"
            holds = False
        except openai.APIError as error:
            found = f"{type(error).__name__} {error.code}: {error.message}"[:120]
            holds = isinstance(error, expected) and (code is None or error.code == code)
        bench.check(f"{what}", f"{expected.__name__}{f' {code}' if code else ''}", found, holds)
    try:
        for _ in client.chat.completions.create(model="cut", messages=HELLO, stream=True):  # type: ignore[call-overload]
            pass
        found = "called complete"
    except openai.APIError as error:
        found = f"{type(error).__name__}: {error.message}"[:120]
    bench.check("a stream that is cut", "APIError", found, found != "called complete")
