import BusZeroMQ
import JSON
import Testing
import Threading

@testable import CryptoCallClient

/// The client against a stand-in for the station, over real sockets.
@Suite(.timeLimit(.minutes(1)))
final class FollowTests {
    let station: FakeStation
    let client: Client

    init() throws {
        station = try FakeStation()
        client = try Client(station.place)
    }

    deinit { station.dispose() }

    /// Takes elements until `enough`, starting the work once the subscription stands.
    private func collect(
        _ follow: Follow,
        after work: () throws -> Void,
        until enough: ([Follow.Element]) -> Bool
    ) async throws -> [Follow.Element] {
        var elements: [Follow.Element] = []
        var iterator = follow.makeAsyncIterator()
        await station.welcomed(follow.prefix)
        try work()
        while !enough(elements) {
            guard let element = try await iterator.next(isolation: nil) else { break }
            elements.append(element)
        }
        return elements
    }

    private func offsets(_ elements: [Follow.Element]) -> [UInt64] {
        elements.compactMap { if case .event(let event) = $0 { event.offset } else { nil } }
    }

    private func losses(_ elements: [Follow.Element]) -> [Loss] {
        elements.compactMap { if case .lost(let loss) = $0 { loss } else { nil } }
    }

    @Test func `lost data is told with topic and number before the next event`() async throws {
        let elements = try await collect(client.follow()) {
            station.publish("market.trade.seen")
            station.drop(3)
            station.publish("market.trade.seen", times: 4)
        } until: {
            $0.count == 3
        }
        guard case .lost(let loss) = elements[1], case .event(let event) = elements[2] else {
            Issue.record("not a loss and then an event")
            return
        }
        #expect(loss.topic == "market.trade.seen")
        #expect(loss.count == 3)
        #expect(loss.delivery == .data)
        #expect(event.seq == 5)
    }

    @Test func `lost durable events are repaired in order without repeats`() async throws {
        let follow = client.follow()
        let elements = try await collect(follow) {
            for _ in 0..<5 {
                station.publish("vote.ballot.cast", "durable", times: 100)
                station.drop(1500)
                station.publish("vote.ballot.cast", "durable", times: 1600)
            }
        } until: {
            $0.count == 8500
        }
        #expect(offsets(elements).elementsEqual(1...8500))
        #expect(follow.statistics.repaired == 7500)
        #expect(follow.statistics.lostDurable == 0)
    }

    @Test func `the heartbeat shows that the last event was lost`() async throws {
        let elements = try await collect(client.follow()) {
            station.publish("vote.ballot.cast", "durable")
            station.drop(2)
            station.publish("vote.ballot.cast", "durable", times: 2)
        } until: {
            $0.count == 3
        }
        #expect(offsets(elements) == [1, 2, 3])
    }

    @Test func `restarts bring no false loss and every durable event once`() async throws {
        let follow = client.follow()
        let elements = try await collect(follow) {
            for _ in 0..<4 {
                station.publish("vote.ballot.cast", "durable", times: 10)
                station.publish("market.trade.seen", times: 10)
                station.kill()
                try station.start()
                station.publish("vote.ballot.cast", "durable", times: 5)
            }
        } until: {
            offsets($0).last == 60
        }
        #expect(offsets(elements) == Array(1...60))
        #expect(losses(elements).isEmpty)
        #expect(follow.statistics.epochs > 1)
    }

    @Test func `since reads the log and then goes on live`() async throws {
        station.publish("vote.ballot.cast", "durable", times: 2500)
        await station.settled()
        var offsets: [UInt64] = []
        for try await case .event(let event) in client.follow("vote.", since: 11) {
            offsets.append(event.offset ?? 0)
            if offsets.count == 2490 { station.publish("vote.ballot.cast", "durable", times: 5) }
            if offsets.count == 2495 { break }
        }
        #expect(offsets.elementsEqual(11...2505))
    }

    @Test func `a position that has aged out is a durable loss`() async throws {
        station.publish("vote.ballot.cast", "durable", times: 50)
        station.ageOut(to: 31)
        await station.settled()
        var elements: [Follow.Element] = []
        for try await element in client.follow("vote.", since: 11) {
            elements.append(element)
            if elements.count == 21 { break }
        }
        #expect(losses(elements).map(\.count) == [20])
        #expect(losses(elements).first?.reason == .agedOut)
        #expect(offsets(elements) == Array(31...50))
    }

    @Test func `a refused replay is a durable loss and the stream goes on`() async throws {
        station.state.withLock { $0.errors["events.replay"] = ["code": -32001, "message": "not permitted"] }
        let elements = try await collect(client.follow()) {
            station.publish("vote.ballot.cast", "durable")
            station.drop(2)
            station.publish("vote.ballot.cast", "durable", times: 3)
        } until: {
            $0.count == 3
        }
        #expect(offsets(elements) == [1, 4])
        #expect(losses(elements).map(\.reason) == [.unrepaired("not permitted")])
    }

    @Test func `a lost state event is made good from the snapshot`() async throws {
        let elements = try await collect(client.follow()) {
            station.publish("market.price.ticked", "state")
            station.drop(1)
            station.publish("market.price.ticked", "state")
        } until: {
            $0.count == 2
        }
        #expect(losses(elements).isEmpty)
        guard case .event(let last)? = elements.last else { return }
        #expect(last.seq == 2)
        #expect(last.isRepaired)
    }

    @Test func `cancelling the task ends the loop`() async throws {
        let follow = client.follow("vote.")
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var count = 0
                for try await _ in follow { count += 1 }
                return count
            }
            group.cancelAll()
            return try await group.next() ?? -1
        }
        #expect(count == 0)
    }

    @Test func `an answer's error keeps its code and data`() async throws {
        let error = await #expect(throws: ClientError.self) { () async throws in
            _ = try await client.requestJSON("nothing.here")
        }
        #expect(error?.code == .refused)
        #expect(error?.refusal?.code == Refusal.unknownMethod)
    }

    @Test func `a station that is not there is unavailable`() async throws {
        station.kill()
        let other = try Client(station.place, timeout: .milliseconds(300))
        let error = await #expect(throws: ClientError.self) { () async throws in
            _ = try await other.requestJSON("system.hello")
        }
        #expect(error?.code == .unavailable)
    }
}
