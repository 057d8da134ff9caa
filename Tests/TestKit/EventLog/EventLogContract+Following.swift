import Bus
import Store
import Testing

extension EventLogContract {
    static let following = [
        Check(name: "a subscription starts behind its cursor and goes on live") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 5)
            let consumer = Incarnation(of: "consumer")
            let subscription = try DurableSubscription(to: BallotCast.self, as: consumer, in: log)
            var iterator = subscription.makeAsyncIterator()
            #expect(try await numbers(&iterator, 3) == [1, 2, 3])
            try await subscription.acknowledge(2)

            // The next incarnation gets what was not acknowledged once more, also what the first had taken.
            let next = Incarnation(of: "consumer", number: 2)
            let second = try DurableSubscription(to: BallotCast.self, as: next, in: log)
            try await log.append(CallLogged(0), by: contract.author)
            try await log.append(BallotCast(6), by: contract.author)
            var later = second.makeAsyncIterator()
            #expect(try await numbers(&later, 4) == [3, 4, 5, 6])
            try await log.append(BallotCast(7), by: contract.author)
            #expect(try await numbers(&later, 1) == [7])
            // The older subscription has lost the mailbox: it ends after what it had read from the log.
            #expect(try await numbers(&iterator, 10) == [4, 5])
            await log.close()
        },
        Check(name: "a mailbox that overflowed is repaired from the log") { contract in
            let log = try await contract.open()
            let consumer = Incarnation(of: "consumer")
            let subscription = try DurableSubscription(to: BallotCast.self, as: consumer, in: log, limit: 4)
            var iterator = subscription.makeAsyncIterator()
            try await log.append(BallotCast(0), by: contract.author)
            #expect(try await numbers(&iterator, 1) == [0])
            try await log.append(BallotCast(0), by: contract.author)
            #expect(try await numbers(&iterator, 1) == [0])
            try await contract.fill(log, 50)
            #expect(try await numbers(&iterator, 50) == Array(1...50))
            try await contract.fill(log, 2)
            #expect(try await numbers(&iterator, 2) == [1, 2])
            await log.close()
        },
        Check(name: "a consumer that is too late hears what it lost") { contract in
            let log = try await contract.open()
            let consumer = Incarnation(of: "consumer")
            try await contract.fill(log, 3)
            let key = CursorKey("consumer", BallotCast.topic)
            _ = try await log.commit(by: consumer) { try $0.saveCursor(key, offset: 1) }
            contract.time.advance(by: .seconds(10))
            _ = try await log.prune(RetentionPolicy(ageMax: .seconds(1), sizeBytesMax: nil), at: contract.time.now)
            try await contract.fill(log, 1)
            let subscription = try DurableSubscription(to: BallotCast.self, as: consumer, in: log)
            var iterator = subscription.makeAsyncIterator()
            let first = try #require(try await iterator.next())
            guard case .lost(2...3) = first else {
                Issue.record("not the loss of 2 and 3: \(first)")
                return
            }
            #expect(try await numbers(&iterator, 1) == [1])
            await log.close()
        },
        Check(name: "a consumer of what is new starts there, and again there after a crash") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 3)
            let consumer = Incarnation(of: "consumer")
            let first = try DurableSubscription(to: BallotCast.self, as: consumer, in: log, startingAt: .newest)
            var iterator = first.makeAsyncIterator()
            try await log.append(BallotCast(4), by: contract.author)
            #expect(try await numbers(&iterator, 1) == [4])
            let second = try DurableSubscription(to: BallotCast.self, as: consumer, in: log, startingAt: .newest)
            var again = second.makeAsyncIterator()
            #expect(try await numbers(&again, 1) == [4])
            await log.close()
        },
        Check(name: "an event that does not decode is handed over as it is") { contract in
            let log = try await contract.open()
            try await contract.fill(log, 2)
            await log.close()
            let later = try await contract.open(bus: contract.makeBus([ReshapedBallot.self]))
            let consumer = Incarnation(of: "consumer")
            let subscription = try DurableSubscription(to: ReshapedBallot.self, as: consumer, in: later)
            var iterator = subscription.makeAsyncIterator()
            for offset: UInt64 in 1...2 {
                guard case .unreadable(let event, _) = try await iterator.next() else {
                    Issue.record("decoded what cannot be decoded")
                    return
                }
                #expect(event.offset == offset)
                try await subscription.acknowledge(event.offset)
            }
            #expect(try await later.cursor(subscription.cursorKey) == 2)
            await later.close()
        },
        Check(name: "a cancelled consumer ends") { contract in
            let log = try await contract.open()
            let consumer = Incarnation(of: "consumer")
            let subscription = try DurableSubscription(to: BallotCast.self, as: consumer, in: log)
            let count = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var count = 0
                    for try await _ in subscription { count += 1 }
                    return count
                }
                group.cancelAll()
                return try await group.next()
            }
            #expect(count == 0)
            await log.close()
        },
    ]

    /// The numbers of the next ballots; fewer when the subscription ends.
    private static func numbers(
        _ iterator: inout DurableSubscription<BallotCast>.Iterator,
        _ count: Int
    ) async throws -> [Int] {
        var numbers: [Int] = []
        while numbers.count < count, let delivery = try await iterator.next() {
            guard case .event(let envelope) = delivery else { break }
            numbers.append(envelope.payload.number)
        }
        return numbers
    }
}
