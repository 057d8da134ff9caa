import Bus
import HTTPClient
import JSON
import Store
import TestKit
import Testing
import Threading

@testable import API

/// Server-sent events over real connections.
@Suite(.timeLimit(.minutes(3))) struct EventStreamTests {
    private func open(
        _ fixture: LiveFixture,
        _ ask: TestListener.Ask,
        _ query: String = "",
        _ headers: String...
    ) async throws -> EventStreamReader {
        let reader = try await EventStreamReader(fixture.loop, port: ask.port, "/events\(query)", headers: headers)
        #expect(reader.head.status == 200)
        return reader
    }

    @Test func `a stream begins with a welcome and the states of now, and goes on with what comes`() async throws {
        try await LiveFixture.serving { fixture, ask in
            try await fixture.signals(1...3)
            try fixture.quote(1)
            try fixture.quote(2)
            try fixture.quote(3, "ETH-USD")
            let first = try await open(fixture, ask)
            while let item = await first.next(), item.payload["number"]?.int != 3 || item.event?.hasPrefix("m") != true
            {}
            let reader = try await open(fixture, ask)
            #expect(reader.head.headers["content-type"] == "text/event-stream")
            #expect(reader.head.headers["cache-control"] == "no-store")
            #expect(reader.head.headers["x-accel-buffering"] == "no")
            #expect(reader.head.headers["x-request-id"]?.isEmpty == false)
            #expect(reader.head.headers["x-content-type-options"] == "nosniff")
            let welcome = try #require(await reader.next())
            #expect(welcome.event == "welcome" && welcome.id == "3" && welcome.retry == "3000")
            #expect(welcome.json["epoch"]?.string == "\(fixture.bus.epoch)")
            var seen: [String] = []
            for _ in 0..<2 {
                let state = try #require(await reader.next("market.test.quoted"))
                #expect(state.id == nil)
                seen.append("\(state.json["subject"]?.string ?? "") \(state.payload["number"]?.int ?? 0)")
            }
            #expect(seen == ["BTC-USD 2", "ETH-USD 3"])

            try fixture.news(7)
            let news = try #require(await reader.next())
            #expect(news.event == "news.test.came" && news.id == nil && news.payload["number"]?.int == 7)
            #expect(news.json["specversion"]?.string == "1.0" && news.json["source"]?.string == "/cryptocall/test")
            try await fixture.signals(4...4)
            let signal = try #require(await reader.next())
            #expect(signal.event == "signal.test.raised" && signal.id == "4" && signal.json["offset"]?.int == 4)
        }
    }

    @Test func `a filter lets through what it names, and the table of access what one may see`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let some = try await open(fixture, ask, "?topics=signal.&groups=news")
            let stranger = try await open(fixture, ask)
            let viewer = try await open(fixture, ask, "", "Authorization: Bearer viewer")
            let chief = try await open(fixture, ask, "", "Authorization: Bearer operator")
            let unread = try await open(fixture, ask, "", "Authorization: Bearer operator/write")
            for reader in [some, stranger, viewer, chief, unread] {
                #expect(await reader.next("welcome") != nil)
            }
            try await fixture.store.append(TestJob(number: 1), by: fixture.author)
            try fixture.quote(2)
            try fixture.news(3)
            #expect(await chief.next()?.event == "job.test.ran")
            for reader in [stranger, viewer, unread] { #expect(await reader.next()?.event == "market.test.quoted") }
            #expect(await some.next()?.event == "news.test.came")
        }
    }

    @Test func `what cannot be asked for is refused with the one error body`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let cases: [(query: String, headers: HTTPHeaders, status: Int, field: String?)] = [
                ("topics=a%20b,x", [:], 422, "topics[0]"), ("topics=", [:], 422, "topics"),
                ("groups=nonsense", [:], 422, "groups[0]"), ("filter=x", [:], 422, "filter"),
                ("last_event_id=x", [:], 422, "last_event_id"),
                ("", ["last-event-id": "soon"], 422, "Last-Event-ID"),
                (
                    "topics=\((0..<40).map { "a\($0)" }.joined(separator: ","))", ["authorization": "Bearer admin"],
                    422, "topics"
                ),
                ("topics=job.", [:], 401, nil), ("groups=jobs", ["authorization": "Bearer viewer"], 403, nil),
            ]
            for (query, headers, status, field) in cases {
                let answer = try await ask(.get, "/events?\(query)", headers)
                #expect(answer.status == status, "\(query)")
                let body = try JSONValue(parsing: answer.body)
                #expect(body["details"]?[0]?["field"]?.string == field, "\(query)")
            }
            #expect(fixture.hub.statistics.clients.isEmpty)
            // The head alone leaves the connection as it is.
            for _ in 0..<2 {
                let head = try await ask(.head, "/events")
                #expect(head.status == 200 && head.headers["content-type"] == "text/event-stream")
            }
        }
    }

    @Test func `a client that comes back gets what it missed, and then what comes`() async throws {
        try await LiveFixture.serving { fixture, ask in
            try await fixture.signals(1...400)
            try await fixture.store.append(TestJob(number: 401), by: fixture.author)
            let reader = try await open(fixture, ask, "", "Last-Event-ID: 5")
            #expect(await reader.next("welcome")?.id == "5")
            for offset in 6...400 { #expect(await reader.next()?.id == "\(offset)") }
            try await fixture.signals(402...402)
            #expect(await reader.next()?.id == "402")
            let other = try await open(fixture, ask, "?last_event_id=400&topics=signal.")
            _ = await other.next("welcome")
            #expect(await other.next()?.id == "402")
            let none = try await open(fixture, ask, "", "Last-Event-ID: 402")
            _ = await none.next("welcome")
            try await fixture.signals(403...403)
            #expect(await none.next()?.id == "403")
        }
    }

    @Test func `nothing is left out or comes twice while others write`() async throws {
        try await LiveFixture.serving { fixture, ask in
            try await fixture.signals(1...50)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 51...1500 {
                        if number.isMultiple(of: 3) {
                            try await fixture.store.append(TestJob(number: number), by: fixture.author)
                        } else {
                            try await fixture.signals(number...number)
                        }
                    }
                }
                for start in [0, 10, 49] {
                    group.addTask {
                        var last = start
                        // Goes away and comes back some times, like a browser on a train.
                        while last < 1490 {
                            let reader = try await EventStreamReader(
                                fixture.loop,
                                port: ask.port,
                                headers: ["Last-Event-ID: \(last)"]
                            )
                            _ = await reader.next("welcome")
                            let stop = last + 300
                            while last < min(stop, 1490) {
                                let item = try #require(await reader.next("signal.test.raised"))
                                let id = try #require(item.id.flatMap { Int($0) })
                                let isNext = (last + 1...id).allSatisfy {
                                    $0 == id || ($0 > 50 && $0.isMultiple(of: 3))
                                }
                                #expect(isNext, "\(id) after \(last)")
                                last = id
                            }
                            reader.wire.close()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `whoever asks for what is gone is told where the log begins`() async throws {
        try await LiveFixture.serving { fixture, ask in
            try await fixture.signals(1...10)
            fixture.time.advance(by: .seconds(1000))
            try await fixture.signals(11...12)
            let policy = RetentionPolicy(ageMax: .seconds(500), sizeBytesMax: nil)
            _ = try await fixture.store.prune(policy, at: fixture.time.now)
            let reader = try await open(fixture, ask, "", "Last-Event-ID: 3")
            let gap = try #require(await reader.next("gap"))
            #expect(gap.json["from"]?.int == 4 && gap.json["oldest"]?.int == 11)
            #expect(await reader.next()?.id == "11")
            #expect(await reader.next()?.id == "12")
            // An id of another log, or of one that was restored.
            let ahead = try await open(fixture, ask, "", "Last-Event-ID: 900")
            let other = try #require(await ahead.next("gap"))
            #expect(other.json["from"]?.int == 901 && other.json["oldest"]?.int == 13)
            try await fixture.signals(13...13)
            #expect(await ahead.next()?.id == "13")
        }
    }

    @Test func `a slow client loses old states first, is told how many, and no durable event`() async throws {
        try await LiveFixture.serving { settings in
            settings.outbox = LiveOutbox.Limits(messagesMax: 40, bytesMax: 10_000_000)
        } _: { fixture, ask in
            let slow = try await open(fixture, ask)
            let quick = try await open(fixture, ask, "?topics=market.")
            _ = await slow.next("welcome")
            _ = await quick.next("welcome")
            slow.wire.setReading(false)
            let filler = String(repeating: "x", count: 8000)
            for number in 1...400 {
                try fixture.quote(number, "P\(number % 4)", filler: filler)
                #expect(await quick.next()?.payload["number"]?.int == Int64(number))
                if number.isMultiple(of: 4) {
                    try fixture.news(number, filler: filler)
                    try await fixture.signals(number...number, filler: filler)
                }
            }
            slow.wire.setReading(true)
            var (quotes, news, offsets): ([Int64], [Int64], [Int64]) = ([], [], [])
            var lost: (state: Int64, data: Int64) = (0, 0)
            while offsets.count < 100 || quotes.suffix(4).sorted() != [397, 398, 399, 400] {
                let item = try #require(await slow.next())
                let number = item.payload["number"]?.int ?? 0
                switch item.event {
                case "market.test.quoted": quotes.append(number)
                case "news.test.came": news.append(number)
                case "signal.test.raised": offsets.append(item.json["offset"]?.int ?? 0)
                case "lagged":
                    lost.state += item.json["state"]?.int ?? 0
                    lost.data += item.json["data"]?.int ?? 0
                default: Issue.record("\(item)")
                }
            }
            #expect(offsets == Array(1...100))
            #expect(lost.state > 0 && quotes.count + Int(lost.state) == 400)
            #expect(lost.data > 0 && news.count + Int(lost.data) == 100)
            #expect(fixture.hub.statistics.lost.state == Int(lost.state))
        }
    }

    @Test func `every ten seconds there is a sign of life, with the place to go on from`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask, "?topics=market.")
            #expect(await reader.next("welcome")?.id == nil)
            await fixture.seconds(10)
            #expect(await reader.next() == EventStreamReader.Item(comment: "heartbeat"))
            try await fixture.signals(1...9)
            try fixture.quote(1)
            #expect(await reader.next()?.event == "market.test.quoted")
            await fixture.seconds(10)
            #expect(await reader.next() == EventStreamReader.Item(id: "9", comment: "heartbeat"))
        }
    }

    @Test func `there are only so many connections, from one address and together`() async throws {
        try await LiveFixture.serving {
            $0.connectionsPerAddressMax = 3
        } _: { fixture, ask in
            var readers: [EventStreamReader] = []
            for _ in 0..<3 { readers.append(try await open(fixture, ask)) }
            let refused = try await ask(.get, "/events")
            #expect(refused.status == 503)
            #expect(try JSONValue(parsing: refused.body)["error"]?.string == "unavailable")
            #expect(fixture.hub.statistics.refused == ["address": 1])
            readers[0].wire.close()
            try await fixture.until { $0.clients[.events] == 2 }
            let again = try await open(fixture, ask)
            #expect(await again.next("welcome") != nil)
        }
        try await LiveFixture.serving {
            $0.connectionsMax = 1
        } _: { fixture, ask in
            let reader = try await open(fixture, ask)
            #expect(await reader.next("welcome") != nil)
            #expect(try await ask(.get, "/events").status == 503)
            #expect(fixture.hub.statistics.refused == ["total": 1])
        }
    }

    @Test func `a client that has gone is noticed at once, and nothing of it is left`() async throws {
        try await LiveFixture.serving { fixture, ask in
            var readers: [EventStreamReader] = []
            for _ in 0..<20 { readers.append(try await open(fixture, ask)) }
            for reader in readers { _ = await reader.next("welcome") }
            #expect(fixture.hub.statistics.clients[.events] == 20)
            for reader in readers { reader.wire.close() }
            try await fixture.until { $0.clients[.events] == 0 }
            #expect(fixture.hub.statistics.ended == [.gone: 20])
            #expect(await fixture.hub.sessions().isEmpty)
        }
    }

    @Test func `a client whose credential does not hold any more is sent away`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask, "?topics=job.", "Authorization: Bearer operator")
            _ = await reader.next("welcome")
            await fixture.seconds(10)
            #expect(await reader.next()?.comment == "heartbeat")
            fixture.revoked.withLock { _ = $0.insert("operator") }
            await fixture.seconds(10)
            #expect(await reader.next("bye")?.json["reason"]?.string == "expired")
            #expect(await reader.endsInOrder())
            try await fixture.until { $0.ended == [.expired: 1] }
        }
    }

    @Test func `a stop says goodbye, and refuses whoever comes then`() async throws {
        let fixture = try await LiveFixture()
        let table = try RouteTable(LiveRoutes(hub: fixture.hub).all())
        try await TestListener.serving(table) { ask in
            var reader: EventStreamReader?
            try await fixture.running { hub in
                reader = try await open(fixture, ask)
                _ = await reader?.next("welcome")
                hub.cancel()
                let bye = try #require(await reader?.next("bye"))
                #expect(bye.json["reason"]?.string == "stopping" && bye.retry.flatMap { Int($0) } ?? 0 >= 500)
                #expect(await reader?.endsInOrder() == true)
            }
            #expect(try await ask(.get, "/events").status == 503)
            // What was logged meanwhile is there in the next life of the hub.
            try await fixture.signals(1...3)
            try await fixture.running { _ in
                let next = try await open(fixture, ask, "", "Last-Event-ID: 1")
                _ = await next.next("welcome")
                #expect(await next.next()?.id == "2")
                #expect(await next.next()?.id == "3")
                try await fixture.signals(4...4)
                #expect(await next.next()?.id == "4")
            }
        }
        fixture.loop.stop()
        await fixture.store.close()
    }

    @Test(arguments: [300, 1500])
    func `what the hub itself missed is told, and read from the log`(count: Int) async throws {
        try await LiveFixture.serving {
            $0.tapMax = 8
        } _: { fixture, ask in
            let reader = try await open(fixture, ask, "?topics=signal.")
            _ = await reader.next("welcome")
            // In one transaction, so that they come all at once.
            try await fixture.signals(1...count)
            try await fixture.signals((count + 1)...(count + 2))
            var (offset, missed) = (0, Int64(0))
            while offset < count + 2 {
                let item = try #require(await reader.next())
                guard item.event != "lagged" else {
                    missed += item.json["missed"]?.int ?? 0
                    continue
                }
                offset += 1
                #expect(item.id == "\(offset)")
            }
            #expect(missed > 0 && missed == Int64(clamping: fixture.hub.statistics.missed))
        }
    }

    @Test func `what other daemons log is told here too, in the order of the log`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let other = try await fixture.openAnother()
            let reader = try await open(fixture, ask, "?topics=signal.")
            _ = await reader.next("welcome")
            for number in stride(from: 1, to: 60, by: 2) {
                try await other.append(TestSignal(number: number), by: fixture.author)
                try await fixture.signals((number + 1)...(number + 1))
            }
            for offset in 1...60 {
                let item = try #require(await reader.next())
                #expect(item.id == "\(offset)" && item.payload["number"]?.int == Int64(offset))
            }
            // And when this one logs nothing behind it.
            try await other.append(TestSignal(number: 61), by: fixture.author)
            #expect(await reader.next()?.id == "61")
            await other.close()
        }
    }

    @Test func `an event that does not encode is counted and left out`() async throws {
        try await LiveFixture.serving { fixture, ask in
            let reader = try await open(fixture, ask)
            _ = await reader.next("welcome")
            try fixture.bus.publish(TestBroken(), from: "test")
            try fixture.news(1)
            #expect(await reader.next()?.event == "news.test.came")
            #expect(fixture.hub.statistics.encodingFailures == 1)
        }
    }
}
