"""The client against a stand-in for the station, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import unittest
from collections.abc import Awaitable
from typing import TypeVar

import zmq

import cryptocall
from cryptocall import Event, Follow, Loss

from fake_daemon import FakeDaemon, Refusal

Result = TypeVar("Result")


async def soon(awaitable: Awaitable[Result], seconds: float = 20) -> Result:
    return await asyncio.wait_for(awaitable, seconds)


async def take(stream: Follow, count: int) -> list[Event]:
    events: list[Event] = []

    async def collect() -> None:
        async for event in stream:
            events.append(event)
            if len(events) == count:
                return

    await soon(collect())
    return events


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


class ClientTests(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="cc")
        self.addCleanup(self.folder.cleanup)
        self.daemon = FakeDaemon(self.folder.name)
        self.addCleanup(self.daemon.kill)
        self.losses: list[Loss] = []

    async def asyncSetUp(self) -> None:
        self.daemon.start()
        self.client = cryptocall.Client(self.folder.name, timeout=5)
        await self.client.__aenter__()
        self.addAsyncCleanup(self.client.aclose)

    async def follow(self, prefix: str, since: int | None = None) -> Follow:
        stream = self.client.follow(prefix, since=since, on_loss=self.losses.append)
        await soon(stream.welcomed())
        return stream

    async def test_events_arrive_in_order_with_their_contents(self) -> None:
        stream = await self.follow("market.")
        self.daemon.publish("market.trade.seen", subject="BTC-USD", times=2000)
        self.daemon.publish("call.queue.joined", times=5)
        self.daemon.publish("market.trade.seen", subject="ETH-USD", payload={"price": "1"})
        events = await take(stream, 2001)
        self.assertEqual([event.payload["n"] for event in events[:2000]], list(range(2000)))
        self.assertEqual((events[-1].type, events[-1].subject), ("market.trade.seen", "ETH-USD"))
        self.assertEqual(self.losses, [])
        self.assertEqual(stream.statistics.events, 2001)

    async def test_lost_data_is_told_with_topic_and_number_before_the_next_event(self) -> None:
        stream = await self.follow("market.")
        self.daemon.publish("market.trade.seen")
        self.daemon.drop(3)
        self.daemon.publish("market.trade.seen", times=4)
        seen = []
        for _ in range(2):
            seen += [(event.seq, len(self.losses)) for event in await take(stream, 1)]
        self.assertEqual(seen, [(1, 0), (5, 1)])
        loss = self.losses[0]
        self.assertEqual((loss.topic, loss.count, loss.delivery), ("market.trade.seen", 3, "data"))

    async def test_lost_durable_events_are_repaired_in_order_without_repeats(self) -> None:
        stream = await self.follow("vote.")
        for _ in range(5):
            self.daemon.publish("vote.ballot.cast", delivery="durable", times=100)
            self.daemon.drop(1500)
            self.daemon.publish("vote.ballot.cast", delivery="durable", times=1600)
        events = await take(stream, 5 * 1700)
        self.assertEqual([event.offset for event in events], list(range(1, 5 * 1700 + 1)))
        self.assertEqual(self.losses, [])
        self.assertEqual(stream.statistics.repaired, 7500)

    async def test_the_loss_of_the_last_event_is_noticed_by_the_heartbeat(self) -> None:
        stream = await self.follow("vote.")
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.daemon.drop(2)
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=2)
        self.assertEqual([event.offset for event in await take(stream, 3)], [1, 2, 3])

    async def test_the_first_event_of_a_durable_topic_may_be_the_lost_one(self) -> None:
        stream = await self.follow("")
        self.daemon.drop(1)
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.assertEqual([event.offset for event in await take(stream, 1)], [1])

    async def test_a_lost_state_event_is_made_good_from_the_snapshot(self) -> None:
        stream = await self.follow("market.")
        self.daemon.publish("market.price.ticked", {"price": 1}, delivery="state")
        self.daemon.drop(1)
        self.daemon.publish("market.price.ticked", {"price": 2}, delivery="state")
        self.assertEqual([event.payload["price"] for event in await take(stream, 2)], [1, 2])
        self.assertEqual(self.losses, [])

    async def test_restarts_bring_a_new_epoch_no_false_loss_and_every_durable_event_once(self) -> None:
        stream = await self.follow("")
        offsets: list[int] = []
        for round in range(6):
            self.daemon.publish("vote.ballot.cast", delivery="durable", times=10)
            self.daemon.publish("market.trade.seen", times=10)
            if round % 2:
                self.daemon.publish_to_log_only("vote.ballot.cast", times=3)
                self.daemon.kill()
            else:
                self.daemon.stop()
            self.daemon.start()
            # While the client is away and before its subscription is back:
            self.daemon.publish("vote.ballot.cast", delivery="durable", times=5)

        async def collect() -> None:
            async for event in stream:
                if event.offset is not None:
                    offsets.append(event.offset)
                    if event.offset == len(self.daemon.log):
                        return

        await soon(collect())
        self.assertEqual(offsets, list(range(1, len(self.daemon.log) + 1)))
        self.assertEqual([loss for loss in self.losses if loss.delivery == "durable"], [])
        self.assertEqual(self.losses, [])

    async def test_a_goodbye_is_answered_so_that_nothing_sent_before_it_is_lost(self) -> None:
        stream = await self.follow("market.")
        for _ in range(2):
            waiting = asyncio.create_task(take(stream, 1001))
            await asyncio.sleep(0)
            self.daemon.publish("market.trade.seen", times=1000)
            await asyncio.to_thread(self.daemon.stop)
            self.assertEqual(self.daemon.goodbye_answers, 1)
            # Those of the life before do not count: the client has to be back before the next event.
            self.daemon.welcomes = 0
            self.daemon.start()
            while self.daemon.welcomes < 3:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            self.daemon.publish("market.trade.seen")
            await soon(waiting)
        self.assertEqual(self.losses, [])

    async def test_the_client_may_start_before_the_station(self) -> None:
        self.daemon.kill()
        stream = self.client.follow("vote.", since=1)
        waiting = asyncio.create_task(take(stream, 1))
        await asyncio.sleep(0.3)
        self.daemon.start()
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.assertEqual([event.offset for event in await soon(waiting)], [1])

    async def test_since_reads_the_log_and_then_goes_on_live(self) -> None:
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=2500)
        stream = await self.follow("vote.", since=11)
        events = await take(stream, 2490)
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=5)
        events += await take(stream, 5)
        self.assertEqual([event.offset for event in events], list(range(11, 2506)))

    async def test_a_position_that_has_aged_out_is_a_durable_loss(self) -> None:
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=50)
        self.daemon.age_out(31)
        stream = await self.follow("vote.", since=11)
        events = await take(stream, 20)
        self.assertEqual(events[0].offset, 31)
        self.assertEqual([(loss.count, loss.delivery, loss.exact) for loss in self.losses], [(20, "durable", False)])

    async def test_a_refused_replay_is_a_durable_loss_and_the_stream_goes_on(self) -> None:
        self.daemon.answers["events.replay"] = Refusal(-32001, "not permitted", {"role": "viewer"})
        stream = await self.follow("vote.")
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.daemon.drop(2)
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=3)
        self.assertEqual([event.offset for event in await take(stream, 2)], [1, 4])
        self.assertEqual([(loss.count, loss.delivery) for loss in self.losses], [(2, "durable")])

    async def test_a_dead_control_endpoint_delays_the_repair_until_it_is_back(self) -> None:
        stream = await self.follow("vote.")
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.daemon.drop(2)
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=3)
        self.daemon.kill()
        waiting = asyncio.create_task(take(stream, 4))
        await asyncio.sleep(0.3)
        self.daemon.start()
        self.assertEqual([event.offset for event in await soon(waiting)], [1, 2, 3, 4])
        self.assertEqual(self.losses, [])

    async def test_a_cancelled_wait_loses_nothing(self) -> None:
        stream = await self.follow("vote.")
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.daemon.drop(50)
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=60)
        offsets: list[int | None] = []
        while len(offsets) < 61:
            try:
                offsets.append((await asyncio.wait_for(stream.__anext__(), 0.001)).offset)
            except asyncio.TimeoutError:
                continue
        self.assertEqual(offsets, list(range(1, 62)))

    async def test_the_position_is_a_safe_place_to_resume_from(self) -> None:
        stream = await self.follow("vote.")
        self.daemon.publish("vote.ballot.cast", delivery="durable", times=10)
        await take(stream, 10)
        follow = asyncio.create_task(take(stream, 1))
        while stream.position != 10:
            await asyncio.sleep(0.02)
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        await soon(follow)

    async def test_a_silent_connection_is_made_anew(self) -> None:
        self.daemon.deaf = True  # as a station that accepts the subscription and never says a word
        stream = self.client.follow("vote.")
        waiting = asyncio.create_task(take(stream, 1))
        await asyncio.sleep(0.2)
        self.daemon.kill()
        self.daemon.deaf = False
        self.daemon.start()
        await asyncio.sleep(0.5)
        self.daemon.publish("vote.ballot.cast", delivery="durable")
        self.assertEqual(len(await soon(waiting)), 1)

    async def test_requests_answers_and_errors(self) -> None:
        self.assertEqual((await self.client.request("system.hello"))["role"], "operator")
        published = await self.client.publish({"type": "vote.ballot.cast", "payload": {"choice": "a"}})
        self.assertEqual(published["offsets"], [1])
        page = await self.client.replay("vote.")
        self.assertEqual([event.payload["choice"] for event in page.events], ["a"])
        with self.assertRaises(cryptocall.RequestError) as refused:
            await self.client.request("nothing.here")
        self.assertEqual(refused.exception.code, -32601)
        self.daemon.deaf = True
        with self.assertRaises(cryptocall.RequestTimeout):
            await self.client.request("system.hello", timeout=0.2)
        self.daemon.kill()
        await asyncio.sleep(0.3)
        with self.assertRaises(cryptocall.Unavailable):
            await self.client.request("system.hello", timeout=0.2)

    async def test_progress_comes_before_the_answer(self) -> None:
        self.daemon.answers["system.drain"] = {"drained": True}
        heard: list[int] = []
        result = await self.client.request("system.drain", on_progress=lambda params: heard.append(params["left"]))
        self.assertEqual((heard, result), ([1], {"drained": True}))

    async def test_only_the_control_address_is_needed(self) -> None:
        async with cryptocall.Client(self.daemon.control) as client:
            self.assertEqual(await client.find_events(), self.daemon.events)
            stream = client.follow("market.")
            await soon(stream.welcomed())

    async def test_too_long_a_home_says_so(self) -> None:
        with self.assertRaisesRegex(ValueError, "107 bytes"):
            cryptocall.Client("/" + "x" * 120)


@unittest.skipUnless(zmq.has("curve"), "this pyzmq has no CURVE")
class CurveTests(unittest.IsolatedAsyncioTestCase):
    async def test_keys_open_a_tcp_endpoint(self) -> None:
        server_public, server_secret = zmq.curve_keypair()
        public, secret = zmq.curve_keypair()
        with tempfile.TemporaryDirectory(prefix="cc") as folder:
            daemon = FakeDaemon(folder, server_secret=server_secret)
            daemon.control, daemon.events = free_address(), free_address()
            with daemon:
                keys = cryptocall.CurveKeys(server_public.decode(), public.decode(), secret.decode())
                async with cryptocall.Client(daemon.control, events=daemon.events, keys=keys) as client:
                    stream = client.follow("market.")
                    await soon(stream.welcomed())
                    self.assertEqual((await client.request("system.hello"))["protocol"], 1)
                async with cryptocall.Client(daemon.control, timeout=0.5) as stranger:
                    with self.assertRaises(cryptocall.Unavailable):
                        await stranger.request("system.hello")


if __name__ == "__main__":
    unittest.main()
