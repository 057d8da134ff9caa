import Bus
import BusZeroMQ
import JSON
import Testing

/// What subscribers are promised: welcomes, numbers, heartbeats and the goodbye.
@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    @Test func `a subscriber gets its welcome before the first event`() async throws {
        let position = { @Sendable in LogPosition(offset: 7, oldestOffset: 3) }
        try await EdgeFixture.run(position: position) { fixture in
            try fixture.publish(1...5, name: "a")
            let edge = fixture.edge
            try await until("the five to have gone past") { edge.statistics.skipped == 5 }
            let receiver = try Receiver(fixture.address("events"), "test.thing.ticked")
            let welcome = try await within("the welcome") { try await receiver.next() }
            #expect(welcome.topic == "test.thing.ticked")
            #expect(welcome.header.type == "system.welcome.sent")
            #expect(welcome.header.seq == 0)
            #expect(welcome.payload["protocol"] == 1)
            #expect(welcome.payload["offset"] == 7)
            #expect(welcome.payload["oldestOffset"] == 3)
            #expect(welcome.payload["epoch"]?.string == fixture.bus.epoch.description)
            #expect(welcome.payload["sequences"] == ["test.thing.ticked.a": 5])
            try fixture.publish(6...6, name: "a")
            let event = try await within("the event") { try await receiver.next() }
            #expect(event.topic == "test.thing.ticked.a")
            #expect(event.header.seq == 6)
            #expect(event.payload == ["number": 6, "name": "a"])
        }
    }

    @Test func `the welcome says exactly where the events go on while others are being published`() async throws {
        try await EdgeFixture.run { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<40_000 {
                        try fixture.publish([number], name: "a")
                        if number.isMultiple(of: 64) { try await Task.sleep(for: .microseconds(500)) }
                    }
                }
                for _ in 0..<6 {
                    let receiver = try Receiver(fixture.address("events"), "test.thing.")
                    // Events on their way may come before the welcome; the numbers fit all the same.
                    try await within("a welcome that fits the events around it") {
                        var last: UInt64?
                        var sawWelcome = false
                        var after = 0
                        while after < 200 {
                            let event = try await receiver.next()
                            if event.header.type == "system.welcome.sent" {
                                let said = event.payload["sequences"]?["test.thing.ticked.a"]?.int.map(UInt64.init)
                                if let last { #expect(said == last) }
                                last = said ?? 0
                                sawWelcome = true
                            } else {
                                if let last { #expect(event.header.seq == last + 1) }
                                last = event.header.seq
                                if sawWelcome { after += 1 }
                            }
                        }
                    }
                    receiver.subscriber.close()
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a heartbeat tells of an event that nobody received`() async throws {
        try await EdgeFixture.run { fixture in
            let receiver = try Receiver(fixture.address("events"), "system.heartbeat.")
            _ = try await receiver.next("system.welcome.sent")
            try fixture.publish(1...3, name: "b")
            try await within("a heartbeat with the topic that moved") {
                while true {
                    let heartbeat = try await receiver.next("system.heartbeat.sent")
                    if heartbeat.payload["sequences"]?["test.thing.ticked.b"] == 3 { return }
                }
            }
            let next = try await receiver.next("system.heartbeat.sent")
            #expect(next.payload["sequences"] == [:])
            #expect(fixture.edge.statistics.skipped >= 3)
        }
    }

    @Test func `a new run of the daemon has a new epoch and starts its numbers again`() async throws {
        let directory = try EdgeFixture.temporaryDirectory()
        let receiver = try Receiver("ipc://\(directory)/events.sock", "test.", "system.goodbye.")
        var epochs: Set<String> = []
        for _ in 0..<2 {
            try await EdgeFixture.run(directory: directory) { fixture in
                let welcome = try await receiver.next("system.welcome.sent")
                #expect(welcome.payload["epoch"]?.string == fixture.bus.epoch.description)
                // The connection is there, and so are both subscriptions.
                _ = try await receiver.next("system.welcome.sent")
                try fixture.publish(1...2)
                #expect(try await receiver.next("test.thing.ticked").header.seq == 1)
                #expect(try await receiver.next("test.thing.ticked").header.seq == 2)
            }
            let goodbye = try await receiver.next("system.goodbye.sent")
            epochs.insert(goodbye.payload["epoch"]?.string ?? "")
        }
        #expect(epochs.count == 2)
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `what was published before the stop arrives, and then the goodbye`() async throws {
        let directory = try EdgeFixture.temporaryDirectory()
        let receiver = try Receiver("ipc://\(directory)/events.sock", "test.", "system.goodbye.")
        try await EdgeFixture.run(directory: directory) { fixture in
            _ = try await receiver.next("system.welcome.sent")
            _ = try await receiver.next("system.welcome.sent")
            try fixture.publish(1...5000)
        }
        try await within("every event and the goodbye") {
            var next: UInt64 = 1
            while true {
                let event = try await receiver.next()
                if event.header.type == "system.goodbye.sent" { break }
                guard event.header.type == "test.thing.ticked" else { continue }
                #expect(event.header.seq == next)
                next = event.header.seq + 1
            }
            #expect(next == 5001)
        }
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `the edge sees its own event through the real socket`() async throws {
        try await EdgeFixture.run { fixture in
            let edge = fixture.edge
            #expect(await edge.waitUntilAnswering())
            let first = try #require(edge.lastCanarySeen)
            try await until("another canary") { edge.lastCanarySeen.map { $0 > first } ?? false }
            #expect(try #require(edge.statistics.canaryAge) < .seconds(2))
            // The edge's own subscriber counts as nobody's peer.
            #expect(edge.statistics.peers == 0)
        }
    }

    @Test func `a topic of 201 bytes cannot be subscribed to`() async throws {
        try await EdgeFixture.run { fixture in
            let tooLong = String(repeating: "x", count: 201)
            let receiver = try Receiver(
                fixture.address("events"),
                tooLong,
                "caf\u{e9}.",
                String(repeating: "y", count: 200)
            )
            let welcome = try await receiver.next("system.welcome.sent")
            #expect(welcome.topic == String(repeating: "y", count: 200))
            let edge = fixture.edge
            try await until("both to be counted") { edge.statistics.subscriptionsRefused == 2 }
            #expect(fixture.incidents.all.contains(.subscriptionRefused(endpoint: "events")))
        }
    }

    @Test func `an event that cannot be encoded leaves a gap and is reported`() async throws {
        try await EdgeFixture.run { fixture in
            let receiver = try Receiver(fixture.address("events"), "test.thing.broken")
            _ = try await receiver.next("system.welcome.sent")
            try fixture.bus.publish(Broken(value: 1), from: EdgeFixture.source)
            try fixture.bus.publish(Broken(value: .nan), from: EdgeFixture.source)
            try fixture.bus.publish(Broken(value: 3), from: EdgeFixture.source)
            #expect(try await receiver.next("test.thing.broken").header.seq == 1)
            #expect(try await receiver.next("test.thing.broken").header.seq == 3)
            #expect(fixture.edge.statistics.encodingFailures == 1)
            let reported = fixture.incidents.all.contains {
                if case .encodingFailed(topic: "test.thing.broken", _) = $0 { true } else { false }
            }
            #expect(reported)
        }
    }

    @Test func `the empty prefix gets everything and its welcome under the welcome's own name`() async throws {
        try await EdgeFixture.run { fixture in
            let receiver = try Receiver(fixture.address("events"), "")
            // The welcomes of others, such as the edge's own subscriber, match the empty prefix too.
            try await within("the welcome under its own name") {
                while try await receiver.next("system.welcome.sent").topic != "system.welcome.sent" {}
            }
            try fixture.bus.publish(Rang(number: 1), from: EdgeFixture.source)
            #expect(try await receiver.next("test.bell.rang").topic == "test.bell.rang")
        }
    }
}
