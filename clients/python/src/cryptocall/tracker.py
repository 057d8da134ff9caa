"""Keeps one subscription complete and in order: pure decisions, no input or output.

Feed it the messages in the order of their arrival. It answers with what to do: hand an event out, tell of a loss, ask
the event log. While it waits for an answer (the last action was ``Replay`` or ``Snapshot``) it must not be fed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Union

from .event import Event

WELCOME = "system.welcome.sent"
HEARTBEAT = "system.heartbeat.sent"
GOODBYE = "system.goodbye.sent"


@dataclass(frozen=True)
class Loss:
    """Events that were published and will not be handed out."""

    topic: str
    """The full topic; the subscription's prefix where the single topics are not known."""
    count: int
    """How many; at most that many when not ``exact``."""
    delivery: str
    """``data``, or ``durable`` where the event log could not give them back."""
    reason: str
    """``missed`` (data), ``aged out`` (no longer in the log), ``not in the log`` or ``unrepaired: <why>``."""
    epoch: str
    exact: bool = True

    def __str__(self) -> str:
        at_most = "" if self.exact else "at most "
        return f"lost {at_most}{self.count} {self.delivery} events of {self.topic or 'all topics'}: {self.reason}"


@dataclass(frozen=True)
class Deliver:
    """Hand this event out."""

    event: Event


@dataclass(frozen=True)
class Lost:
    """Tell the caller, before handing out anything else."""

    loss: Loss


@dataclass(frozen=True)
class Replay:
    """Ask ``events.replay``; answer with ``replayed``, ``aged_out`` or ``failed``."""

    prefix: str
    from_offset: int
    through: int


@dataclass(frozen=True)
class Snapshot:
    """Ask ``events.snapshot``; answer with ``snapshotted`` or ``failed``."""

    prefix: str


@dataclass(frozen=True)
class Resubscribe:
    """Subscribe to the prefix once more: the welcome tells what a lost heartbeat would have told."""

    prefix: str


@dataclass(frozen=True)
class AnswerGoodbye:
    """Give up the subscription to ``system.goodbye.``: it answers a goodbye, so that the station need not wait."""


@dataclass(frozen=True)
class ExpectGoodbye:
    """The station is back: subscribe to ``system.goodbye.`` again."""


Action = Union[Deliver, Lost, Replay, Snapshot, Resubscribe, AnswerGoodbye, ExpectGoodbye]


@dataclass
class Page:
    """One answer of ``events.replay``."""

    events: Iterable[Event]
    next: int
    oldest: int
    complete: bool


class _Topic:
    """How far one full topic has come."""

    __slots__ = ("seq", "offset", "delivery")

    def __init__(self, seq: int | None) -> None:
        self.seq = seq  # None: unknown in this epoch, so that the first event sets it
        self.offset = 0  # of the last durable event handled, across epochs
        self.delivery: str | None = None


@dataclass
class _Held:
    """The event that revealed a gap; it waits for the repair."""

    event: Event
    tried: bool = False
    reason: str = "not in the log"


@dataclass
class _ReplayStep:
    prefix: str
    next: int
    through: int
    first: int
    catches_up: bool = False
    behind: dict[str, int] = field(default_factory=dict)
    done: bool = False
    failed: bool = False
    reason: str = "not in the log"


@dataclass
class _SnapshotStep:
    prefix: str
    behind: dict[str, int]
    offset: int
    done: bool = False
    failed: bool = False
    found: set[str] = field(default_factory=set)


@dataclass
class _CheckStep:
    """Compare with the sequences of a welcome or heartbeat."""

    sequences: Mapping[str, int]
    offset: int
    is_welcome: bool


@dataclass
class _CompleteStep:
    """Everything sent before this point has been handled."""


_Step = Union[_Held, _ReplayStep, _SnapshotStep, _CheckStep, _CompleteStep]


class SequenceTracker:
    """The order of one subscription.

    ``since`` asks for durable events from that offset on; without it the stream starts with what comes next.
    """

    def __init__(self, prefix: str, since: int | None = None, narrow_beyond: int = 100_000) -> None:
        self.prefix = prefix
        self.epoch: str | None = None
        self.epochs = 0
        self.duplicates = 0
        self.heartbeat_seconds = 1.0
        self.said_goodbye = False
        self._welcome_topic = prefix or WELCOME
        self._since = since
        self._topics: dict[str, _Topic] = {}
        self._past: deque[str] = deque(maxlen=8)
        self._floor: int | None = None if since is None else max(since, 1) - 1
        self._highest = 0
        self._highest_before = 0  # this epoch
        self._baselined = False
        self._catching_up = False
        self._beat_ms: int | None = None
        self._steps: deque[_Step] = deque()
        # A replay over more offsets than this asks for the one topic only, not for the whole prefix.
        self._narrow_beyond = narrow_beyond

    @property
    def position(self) -> int | None:
        """All durable events up to this offset have been handed out: the place to resume from is one further."""
        return self._floor

    @property
    def is_welcomed(self) -> bool:
        """Whether this epoch's welcome has come: from then on nothing is missed unnoticed."""
        return self._baselined

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._steps)

    def in_order(self, event: Event) -> bool:
        """The quick way: takes the event if it simply is the next of its topic; otherwise ``feed`` it."""
        topic = self._topics.get(event.topic)
        if topic is None or topic.seq is None or event.seq != topic.seq + 1 or event.epoch != self.epoch:
            return False
        offset = event.offset
        if offset is not None:
            if self._catching_up or offset <= topic.offset or offset <= (self._floor or 0):
                return False
            topic.offset = offset
            if offset > self._highest:
                self._highest = offset
        topic.seq = event.seq
        topic.delivery = event.delivery
        return True

    def feed(self, event: Event) -> list[Action]:
        """Takes the next message of the subscription."""
        if event.seq == 0:
            return self._take_unnumbered(event)
        if not self._enter(event.epoch):
            return [Deliver(event)]
        self._steps.append(_Held(event))
        return self._run()

    def replayed(self, page: Page) -> list[Action]:
        """Takes a page of the event log."""
        step = self._replay_step()
        actions: list[Action] = []
        if page.oldest > step.next:
            self._note_aged(step, page.oldest, actions)
        for event in page.events:
            if event.offset is not None and step.next <= event.offset <= step.through:
                self._take_replayed(event, step, actions)
        if page.complete or page.next > step.through:
            step.done = True
        elif page.next <= step.next:
            self._note_failure(step, "the replay does not advance", actions)
        step.next = max(step.next, page.next)
        return actions + self._run()

    def aged_out(self, oldest: int) -> list[Action]:
        """Takes the answer that the position asked for is no longer in the log."""
        step = self._replay_step()
        actions: list[Action] = []
        if oldest <= step.next:
            self._note_failure(step, "the replay does not advance", actions)
        else:
            self._note_aged(step, oldest, actions)
            step.next = oldest
            step.done = oldest > step.through
        return actions + self._run()

    def snapshotted(self, events: Iterable[Event]) -> list[Action]:
        """Takes the newest state events."""
        step = self._steps[0] if self._steps else None
        if not isinstance(step, _SnapshotStep):
            raise RuntimeError("no snapshot was asked for")
        actions: list[Action] = []
        for event in events:
            if event.topic not in step.behind:
                continue
            step.found.add(event.topic)
            topic = self._topics[event.topic]
            topic.delivery = "state"
            if event.epoch == self.epoch and event.seq > (topic.seq or 0):
                topic.seq = event.seq
                actions.append(Deliver(event))
        step.done = True
        return actions + self._run()

    def failed(self, reason: str) -> list[Action]:
        """Takes the news that the log cannot be asked; the loss is told, and the stream goes on."""
        step = self._steps[0] if self._steps else None
        actions: list[Action] = []
        if isinstance(step, _ReplayStep):
            self._note_failure(step, reason, actions)
        elif isinstance(step, _SnapshotStep):
            step.done = step.failed = True
        else:
            raise RuntimeError("nothing was asked for")
        return actions + self._run()

    # Messages

    def _take_unnumbered(self, event: Event) -> list[Action]:
        kind = event.type
        if kind in (WELCOME, HEARTBEAT, GOODBYE):
            payload = event.payload
            if not isinstance(payload, dict):
                return []
            epoch = payload.get("epoch", event.epoch)
            if not isinstance(epoch, str) or not self._enter(epoch):
                return []
            if kind != GOODBYE:
                return self._take_beat(event, payload, kind == WELCOME) + self._outside(event)
            answer: list[Action] = [] if self.said_goodbye else [AnswerGoodbye()]
            self.said_goodbye = True
            return answer + self._outside(event)
        return self._outside(event)

    def _outside(self, event: Event) -> list[Action]:
        """The stream's own messages are handed out only to whoever asks for them by name."""
        if self.is_waiting or event.type == WELCOME:
            return []
        return [Deliver(event)] if self.prefix.startswith("system.") and event.topic.startswith(self.prefix) else []

    def _take_beat(self, event: Event, payload: Mapping[str, object], is_welcome: bool) -> list[Action]:
        sequences, offset = payload.get("sequences"), payload.get("offset")
        if not isinstance(sequences, dict) or not isinstance(offset, int):
            return []
        own = is_welcome and event.topic == self._welcome_topic
        seconds = payload.get("heartbeatSeconds")
        if own and isinstance(seconds, (int, float)) and seconds > 0:
            self.heartbeat_seconds = float(seconds)
        actions: list[Action] = []
        if own and self.said_goodbye:
            self.said_goodbye = False
            actions.append(ExpectGoodbye())
        if own and not self._baselined:
            self._plan_catch_up(offset)
        self._steps.append(_CheckStep(sequences, offset, own))
        if own or not is_welcome:
            now = _milliseconds(event.id)
            last, self._beat_ms = self._beat_ms, now
            contiguous = last is not None and now - last <= self.heartbeat_seconds * 1250
            if own or contiguous:
                self._steps.append(_CompleteStep())
            elif self._baselined:
                actions.append(Resubscribe(self.prefix))
        return actions + self._run()

    def _enter(self, epoch: str) -> bool:
        """Moves to the epoch; ``False`` for a message left over from an earlier one."""
        if epoch == self.epoch:
            return True
        if epoch in self._past:
            return False
        if self.epoch is not None:
            self._past.append(self.epoch)
        self._catching_up = self._floor is not None
        self.epoch = epoch
        self.epochs += 1
        self._highest_before = self._highest
        self._baselined = False
        self._beat_ms = None
        for topic in self._topics.values():
            topic.seq = None
        return True

    def _plan_catch_up(self, offset: int) -> None:
        """The first welcome of an epoch: what the log gained while nobody listened comes first."""
        if self._floor is None:
            self._floor = offset
            return
        if self.epochs == 1:
            self._floor = min(self._floor, offset)  # a ``since`` ahead of the log waits for what comes
        elif offset < self._highest_before:
            # Positions never go back, so this is another log: everything in it is new.
            self._floor = self._highest = 0
            for topic in self._topics.values():
                topic.offset = 0
        if self._catching_up and offset > self._floor:
            self._steps.append(
                _ReplayStep(self.prefix, self._floor + 1, offset, first=self._floor + 1, catches_up=True)
            )

    # Steps

    def _run(self) -> list[Action]:
        actions: list[Action] = []
        while self._steps:
            step = self._steps[0]
            if isinstance(step, _Held):
                repair = self._admit(step, actions)
                if repair is None:
                    self._steps.popleft()
                else:
                    self._steps.appendleft(repair)
            elif isinstance(step, _CheckStep):
                self._steps.popleft()
                self._steps.extendleft(reversed(self._check(step, actions)))
            elif isinstance(step, _CompleteStep):
                self._steps.popleft()
                self._floor = max(self._floor or 0, self._highest)
            elif not step.done:
                if isinstance(step, _ReplayStep):
                    actions.append(Replay(step.prefix, step.next, step.through))
                else:
                    actions.append(Snapshot(step.prefix))
                break
            elif isinstance(step, _ReplayStep):
                self._steps.popleft()
                self._finish_replay(step, actions)
            else:
                self._steps.popleft()
                self._steps.extendleft(reversed(self._finish_snapshot(step, actions)))
        return actions

    def _admit(self, held: _Held, actions: list[Action]) -> _ReplayStep | None:
        event = held.event
        topic = self._topics.get(event.topic)
        if topic is None:
            topic = self._topics[event.topic] = _Topic(0 if self._baselined else None)
        topic.delivery = event.delivery
        offset = event.offset
        last = event.seq - 1 if topic.seq is None else topic.seq
        if event.seq <= last or (offset is not None and offset <= topic.offset):
            topic.seq = max(last, event.seq)
            self.duplicates += 1
            return None
        if offset is not None:
            if self._floor is not None and offset <= self._floor and not held.tried:
                # Logged before the welcome, sent after it: the stream is complete only up to here.
                self._floor = offset - 1
            repair = None if held.tried else self._repair(topic, event.topic, offset, event.seq - 1 - last)
            held.tried = True
            if repair is not None:
                return repair
        missing = event.seq - 1 - last
        if missing > 0 and event.delivery != "state":
            self._lose(event.topic, missing, event.delivery, held.reason if offset is not None else "missed", actions)
        topic.seq = event.seq
        if offset is not None:
            topic.offset = offset
            self._highest = max(self._highest, offset)
            if self._catching_up and self._floor == offset - 1:
                self._floor = offset
        actions.append(Deliver(event))
        return None

    def _repair(self, topic: _Topic, name: str, offset: int, missing: int) -> _ReplayStep | None:
        floor = self._floor or 0
        if self._catching_up:
            first, catches_up, prefix = floor + 1, True, self.prefix
        elif missing > 0:
            first, catches_up = max(topic.offset, floor) + 1, False
            prefix = self.prefix if offset - first <= self._narrow_beyond else name
        else:
            return None
        if first >= offset:
            return None
        return _ReplayStep(prefix, first, offset - 1, first=first, catches_up=catches_up)

    def _take_replayed(self, event: Event, step: _ReplayStep, actions: list[Action]) -> None:
        if event.offset is None or not event.topic.startswith(step.prefix):
            return
        topic = self._topics.get(event.topic)
        if topic is None:
            topic = self._topics[event.topic] = _Topic(0 if self._baselined else None)
        if event.offset <= topic.offset:
            return
        if event.epoch == self.epoch:
            if topic.seq is not None and event.seq > topic.seq + 1 and not step.catches_up:
                if max(topic.offset, self._floor or 0) + 1 < step.first:
                    # What is missing lies before this replay: the topic's own repair asks from further back.
                    return
                self._lose(event.topic, event.seq - 1 - topic.seq, "durable", step.reason, actions)
            topic.seq = max(topic.seq or 0, event.seq)
        topic.offset = event.offset
        topic.delivery = "durable"
        self._highest = max(self._highest, event.offset)
        event.repaired = not step.catches_up or self.epochs > 1  # what ``since`` asked for was not missed
        actions.append(Deliver(event))

    def _finish_replay(self, step: _ReplayStep, actions: list[Action]) -> None:
        for name, seq in step.behind.items():
            topic = self._topics[name]
            if seq > (topic.seq or 0):
                durable = topic.delivery == "durable"
                reason = step.reason if durable else "missed"
                self._lose(name, seq - (topic.seq or 0), "durable" if durable else "data", reason, actions)
                topic.seq = seq
        reaches_floor = self._floor is not None and step.first <= self._floor + 1
        if step.prefix == self.prefix and reaches_floor and (step.catches_up or not step.failed):
            self._floor = max(self._floor or 0, step.through)
        held = self._steps[0] if self._steps else None
        if isinstance(held, _Held):
            held.reason = step.reason

    def _check(self, step: _CheckStep, actions: list[Action]) -> list[_Step]:
        durable: dict[str, int] = {}
        others: dict[str, int] = {}
        for name, seq in step.sequences.items():
            if not isinstance(seq, int) or not name.startswith(self.prefix):
                continue
            topic = self._topics.get(name)
            if topic is None or topic.seq is None:
                if not self._baselined and not step.is_welcome:
                    continue
                if topic is None:
                    topic = self._topics[name] = _Topic(None)
                topic.seq = 0 if self._baselined else seq
            if seq <= (topic.seq or 0):
                continue
            if topic.delivery == "durable":
                durable[name] = seq
            elif topic.delivery == "data":
                self._lose(name, seq - (topic.seq or 0), "data", "missed", actions)
                topic.seq = seq
            else:
                others[name] = seq
        if step.is_welcome:
            self._baselined = True
            self._catching_up = False
        steps: list[_Step] = []
        if durable:
            floor = self._floor or 0
            first = min(max(self._topics[name].offset, floor) for name in durable) + 1
            done = first > step.offset
            steps.append(_ReplayStep(self.prefix, first, step.offset, first=first, behind=durable, done=done))
        if others:
            prefix = next(iter(others)) if len(others) == 1 else self.prefix
            steps.append(_SnapshotStep(prefix, others, step.offset))
        return steps

    def _finish_snapshot(self, step: _SnapshotStep, actions: list[Action]) -> list[_Step]:
        steps: list[_Step] = []
        for name, seq in step.behind.items():
            topic = self._topics[name]
            if topic.delivery == "state":
                topic.seq = max(topic.seq or 0, seq)
            elif not step.failed:
                # Not a state topic, and no event of it has come yet: if the log does not know it, it is data.
                first = (self._floor or 0) + 1
                behind = {name: seq}
                done = first > step.offset
                steps.append(_ReplayStep(name, first, step.offset, first=first, behind=behind, done=done))
        return steps

    def _replay_step(self) -> _ReplayStep:
        step = self._steps[0] if self._steps else None
        if not isinstance(step, _ReplayStep):
            raise RuntimeError("no replay was asked for")
        return step

    def _note_aged(self, step: _ReplayStep, oldest: int, actions: list[Action]) -> None:
        step.reason = "aged out"
        if step.catches_up:
            gone = min(oldest, step.through + 1) - step.next
            self._lose(self.prefix, gone, "durable", step.reason, actions, exact=False)

    def _note_failure(self, step: _ReplayStep, reason: str, actions: list[Action]) -> None:
        step.done = step.failed = True
        step.reason = f"unrepaired: {reason}"
        if step.catches_up:
            self._lose(self.prefix, step.through + 1 - step.next, "durable", step.reason, actions, exact=False)

    def _lose(
        self, topic: str, count: int, delivery: str, reason: str, actions: list[Action], exact: bool = True
    ) -> None:
        actions.append(Lost(Loss(topic, count, delivery, reason, self.epoch or "", exact)))


def _milliseconds(identifier: str) -> int:
    """The time inside a UUIDv7, in milliseconds since 1970; 0 when it is something else."""
    try:
        return int(identifier[:8] + identifier[9:13], 16)
    except ValueError:
        return 0
