import Bus
import Testing

struct EventBusTests {
    let time = ManualTime()

    @Test func `subscribers receive events in order with numbered envelopes`() async throws {
        let bus = try makeBus(time: time)
        let subscription = try bus.subscribe(to: StepSample.self, as: "reader")
        for number in 1...3 { try bus.publish(StepSample(number: number), from: "writer") }
        let received = await subscription.first(3)
        #expect(received.map(\.payload.number) == [1, 2, 3])
        #expect(received.map(\.header.seq) == [1, 2, 3])
        #expect(received.allSatisfy { $0.header.source == "writer" && $0.header.epoch == bus.epoch })
        #expect(received.allSatisfy { $0.header.time == time.now && $0.header.offset == nil })
        #expect(received[0].id < received[1].id)
    }

    @Test func `each subject has a sequence of its own`() async throws {
        let bus = try makeBus()
        let subscription = try bus.subscribe(to: PriceSample.self, as: "reader")
        try bus.publish(PriceSample(pair: "BTC-USD", value: 1), from: "writer")
        try bus.publish(PriceSample(pair: "ETH-USD", value: 2), from: "writer")
        #expect(await subscription.first(2).map(\.header.seq) == [1, 1])
        let sequences = Dictionary(uniqueKeysWithValues: bus.sequences(prefix: "test.").map { ($0.topic.text, $0.seq) })
        #expect(sequences == ["test.price.ticked.BTC-USD": 1, "test.price.ticked.ETH-USD": 1])
    }

    @Test func `a state subscriber that lags reads the newest of each subject and loses nothing else`() async throws {
        let bus = try makeBus()
        let subscription = try bus.subscribe(to: PriceSample.self, as: "reader")
        for value in 1...500 {
            try bus.publish(PriceSample(pair: "BTC-USD", value: value), from: "writer")
            try bus.publish(PriceSample(pair: "ETH-USD", value: -value), from: "writer")
        }
        let received = await subscription.first(2)
        #expect(received.map(\.payload.value) == [500, -500])
        #expect(received.map(\.header.seq) == [500, 500])
        #expect(received.allSatisfy { $0.missedBefore == 0 })
        #expect(bus.statistics.mailboxes.map(\.dropped) == [0])
    }

    @Test func `a full data mailbox drops the oldest, counts them, and marks the gap`() async throws {
        let bus = try makeBus(mailboxLimit: 4)
        let subscription = try bus.subscribe(to: StepSample.self, as: "reader")
        for number in 1...10 { try bus.publish(StepSample(number: number), from: "writer") }
        let received = await subscription.first(4)
        #expect(received.map(\.payload.number) == [7, 8, 9, 10])
        #expect(received.map(\.missedBefore) == [6, 0, 0, 0])
        #expect(bus.statistics.mailboxes.map(\.dropped) == [6])
    }

    @Test func `a batch that overflows a mailbox keeps its newest part`() async throws {
        let bus = try makeBus(mailboxLimit: 4)
        let subscription = try bus.subscribe(to: StepSample.self, as: "reader")
        try bus.publish(StepSample(number: 0), from: "writer")
        try bus.publish(contentsOf: (1...10).map(StepSample.init), from: "writer")
        let received = await subscription.first(4)
        #expect(received.map(\.payload.number) == [7, 8, 9, 10])
        #expect(received.map(\.header.seq) == [8, 9, 10, 11])
        #expect(received[0].missedBefore == 7)
    }

    @Test func `a subscriber that never reads delays nobody and stays within its bound`() async throws {
        let bus = try makeBus(mailboxLimit: 16)
        _ = try bus.subscribe(to: StepSample.self, as: "sleeper")
        let reader = try bus.subscribe(to: StepSample.self, as: "reader")
        for number in 1...10_000 {
            try bus.publish(StepSample(number: number), from: "writer")
            #expect(await reader.first(1).first?.payload.number == number)
        }
        let sleeper = try #require(bus.statistics.mailboxes.first { $0.subscriber == "sleeper" })
        #expect(sleeper.depth == 16)
        #expect(sleeper.dropped == 9984)
        let other = try #require(bus.statistics.mailboxes.first { $0.subscriber == "reader" })
        #expect(other.dropped == 0)
    }

    @Test func `a mailbox outlives its reader, with the rest in the same order`() async throws {
        let bus = try makeBus()
        let first = try bus.subscribe(to: StepSample.self, as: "agent")
        try bus.publish(contentsOf: (1...5).map(StepSample.init), from: "writer")
        try bus.publish(StepSample(number: 6), from: "writer")
        // The first life handles two events and dies.
        #expect(await first.first(2).map(\.payload.number) == [1, 2])
        try bus.publish(StepSample(number: 7), from: "writer")
        let second = try bus.subscribe(to: StepSample.self, as: "agent")
        #expect(await second.first(5).map(\.payload.number) == [3, 4, 5, 6, 7])
    }

    @Test func `an old subscription ends when its successor opens the mailbox`() async throws {
        let bus = try makeBus()
        let old = try bus.subscribe(to: StepSample.self, as: "agent")
        await withTaskGroup(of: Int.self) { group in
            group.addTask { await old.first(1).count }
            // Whether the old reader waits already or not, it must end without an event.
            _ = try? bus.subscribe(to: StepSample.self, as: "agent")
            for await count in group { #expect(count == 0) }
        }
        try bus.publish(StepSample(number: 1), from: "writer")
        #expect(await old.first(1).isEmpty)
    }

    @Test func `a successor gets the next event whenever its predecessor starts to wait`() async throws {
        let bus = try makeBus()
        // The two race for the mailbox's one place to wait; whoever wins, the newer subscription gets the event.
        for number in 1...500 {
            let old = try bus.subscribe(to: StepSample.self, as: "agent")
            await withTaskGroup(of: [Int].self) { group in
                group.addTask { await old.first(1).map(\.payload.number) }
                group.addTask {
                    guard let new = try? bus.subscribe(to: StepSample.self, as: "agent") else { return [] }
                    _ = try? bus.publish(StepSample(number: number), from: "writer")
                    return await new.first(1).map(\.payload.number)
                }
                var received: [Int] = []
                for await numbers in group { received += numbers }
                #expect(received == [number])
            }
        }
    }

    @Test func `a waiting subscription ends when its task is cancelled`() async throws {
        let bus = try makeBus()
        let subscription = try bus.subscribe(to: StepSample.self, as: "agent")
        await withTaskGroup(of: Int.self) { group in
            group.addTask { await subscription.first(1).count }
            group.cancelAll()
            for await count in group { #expect(count == 0) }
        }
    }

    @Test func `a forgotten subscriber reads what is left and then ends`() async throws {
        let bus = try makeBus()
        let subscription = try bus.subscribe(to: StepSample.self, as: "agent")
        try bus.publish(StepSample(number: 1), from: "writer")
        bus.forget("agent")
        try bus.publish(StepSample(number: 2), from: "writer")
        #expect(await subscription.first(5).map(\.payload.number) == [1])
    }

    @Test func `a fenced incarnation cannot publish`() throws {
        let bus = try makeBus()
        let incarnation = Incarnation(of: "agent")
        let publisher = Publisher(bus: bus, incarnation: incarnation)
        try publisher.publish(StepSample(number: 1))
        incarnation.fence()
        #expect(throws: BusError.self) { try publisher.publish(StepSample(number: 2)) }
        #expect(throws: BusError.self) { try publisher.publish(contentsOf: [StepSample(number: 3)]) }
        #expect(bus.sequences().map(\.seq) == [1])
    }

    @Test func `effects carry their cause and the whole chain's correlation`() async throws {
        let bus = try makeBus()
        let steps = try bus.subscribe(to: StepSample.self, as: "reader")
        try bus.publish(StepSample(number: 1), from: "writer")
        let first = try #require(await steps.first(1).first)
        try bus.publish(StepSample(number: 2), from: "writer", causedBy: first.header)
        let second = try #require(await steps.first(1).first)
        try bus.publish(StepSample(number: 3), from: "writer", causedBy: second.header)
        let third = try #require(await steps.first(1).first)
        #expect(first.header.cause == nil)
        #expect(third.header.cause == second.id)
        #expect(third.header.correlation == first.id)
    }

    @Test func `committed durable events keep the numbers the log gave them`() async throws {
        let bus = try makeBus()
        let votes = try bus.subscribe(to: VoteSample.self, as: "reader")
        let tap = bus.tap(limit: 8)
        let event = VoteSample(number: 9)
        let header = bus.stamp(event, source: "store", offset: 41, seq: 17)
        try bus.deliver([AnyEnvelope(header: header, payload: event, encodedPayload: Array("{}".utf8))])
        let received = try #require(await votes.first(1).first)
        #expect(received.header.offset == 41)
        #expect(received.header.seq == 17)
        var batch: [AnyEnvelope] = []
        #expect(await tap.next(&batch))
        #expect(try batch.map { try $0.payloadJSON() } == [Array("{}".utf8)])
        #expect(bus.sequences().map(\.seq) == [17])
    }

    @Test func `events of another daemon reach mailboxes, and the taps that asked for them`() async throws {
        let bus = try makeBus()
        let votes = try bus.subscribe(to: VoteSample.self, as: "reader")
        let (plain, following) = (bus.tap(limit: 8), bus.tap(limit: 8, includingForeign: true))
        let event = VoteSample(number: 9)
        let header = bus.stamp(event, source: "store", offset: 41, seq: 17)
        try bus.deliverForeign(AnyEnvelope(header: header, payload: event))
        #expect(try #require(await votes.first(1).first).header.offset == 41)
        #expect(plain.statistics.depth == 0 && following.statistics.depth == 1)
        #expect(bus.sequences().isEmpty)
    }

    @Test func `a tap sees every type in order and counts what it had to drop`() async throws {
        let bus = try makeBus()
        let tap = bus.tap(limit: 3)
        for number in 1...4 { try bus.publish(StepSample(number: number), from: "writer") }
        try bus.publish(PriceSample(pair: "BTC-USD", value: 1), from: "writer")
        var batch: [AnyEnvelope] = []
        #expect(await tap.next(&batch))
        #expect(
            batch.map(\.header.fullTopic.text) == ["test.step.taken", "test.step.taken", "test.price.ticked.BTC-USD"]
        )
        #expect(batch.map(\.header.seq) == [3, 4, 1])
        #expect(tap.statistics.dropped == 2)
        bus.remove(tap)
        try bus.publish(StepSample(number: 5), from: "writer")
        #expect(await !tap.next(&batch))
    }

    @Test func `a snapshot holds the newest state of each subject`() throws {
        let bus = try makeBus()
        for value in 1...3 { try bus.publish(PriceSample(pair: "BTC-USD", value: value), from: "writer") }
        try bus.publish(PriceSample(pair: "ETH-USD", value: 7), from: "writer")
        try bus.publish(StepSample(number: 1), from: "writer")
        let values = bus.snapshot(prefix: "test.").compactMap { ($0.payload as? PriceSample)?.value }
        #expect(values == [3, 7])
        #expect(bus.snapshot(prefix: "test.price.ticked.ETH").count == 1)
    }

    @Test func `a late subscriber may start with the newest state`() async throws {
        let bus = try makeBus()
        try bus.publish(PriceSample(pair: "BTC-USD", value: 1), from: "writer")
        let late = try bus.subscribe(to: PriceSample.self, as: "late", startingWithLatest: true)
        #expect(await late.first(1).map(\.payload.value) == [1])
    }

    @Test func `unregistered types and shared topics are refused`() throws {
        struct Stranger: DataEvent { static let topic: Topic = "test.stranger.seen" }
        struct Twin: DataEvent { static let topic: Topic = "test.step.taken" }
        let bus = try makeBus()
        #expect(throws: BusError.self) { try bus.publish(Stranger(), from: "writer") }
        #expect(throws: BusError.self) { try EventBus(types: [StepSample.self, Twin.self]) }
    }

    @Test func `many publishers and subscribers at once lose and reorder nothing`() async throws {
        let bus = try makeBus(mailboxLimit: 100_000)
        let publishers = 4
        let each = 5000
        let subscriptions = try (0..<8).map { index in
            try bus.subscribe(to: StepSample.self, as: try #require(ActorName("reader-\(index)")))
        }
        await withTaskGroup(of: Void.self) { group in
            for subscription in subscriptions {
                group.addTask {
                    let received = await subscription.first(publishers * each)
                    #expect(received.map(\.header.seq) == (1...UInt64(publishers * each)).map { $0 })
                    #expect(received.allSatisfy { $0.missedBefore == 0 })
                }
            }
            for index in 0..<publishers {
                group.addTask {
                    for number in 0..<each {
                        _ = try? bus.publish(StepSample(number: index * each + number), from: "writer")
                    }
                }
            }
        }
    }
}
