import Bus
import Foundation
import HTTPClient
import News
import Testing

/// When a feed is asked.
struct FeedPollTests {
    private let feed = "<rss><channel><item><title>T</title></item></channel></rss>"

    private func policy(jitter: Double = 0) -> FeedPoll.Policy {
        var policy = FeedPoll.Policy()
        policy.jitter = jitter
        return policy
    }

    private func poll(spread: Duration = .zero) -> FeedPoll {
        var random = SplitMix64(state: 1)
        return FeedPoll(at: readAt, spread: spread, using: &random)
    }

    private func later(_ seconds: Int) -> Timestamp { readAt.advanced(by: .seconds(seconds)) }

    private func validators(_ tag: String) -> FeedValidators { FeedValidators(["ETag": tag]) }

    @Test func `a feed that answers is asked at its pace`() throws {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        #expect(poll.next(policy(), at: readAt) == .fetch(FeedValidators()))
        poll.begin(policy(), at: readAt)
        #expect(poll.next(policy(), at: readAt) == .wait(until: later(300)))
        let read = try reading(feed)
        let actions = poll.end(.success(.feed(read, validators("\"1\""))), policy(), at: later(2), using: &random)
        #expect(actions == [.deliver(read), .wait(until: later(302))])
        #expect(poll.lastSuccess == later(2))
        #expect(poll.next(policy(), at: later(301)) == .wait(until: later(302)))
        #expect(poll.next(policy(), at: later(302)) == .fetch(validators("\"1\"")))
        poll.begin(policy(), at: later(302))
        #expect(
            poll.end(.success(.notModified), policy(), at: later(303), using: &random) == [.wait(until: later(603))]
        )
        #expect(poll.validators == validators("\"1\""))
        #expect(poll.lastSuccess == later(303))
    }

    @Test func `a feed that wants to be asked less often is, as long as it says so, and never less than may be`() throws
    {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        func wait(_ result: Result<FeedAnswer, NewsError>) -> Int {
            _ = poll.end(result, policy(), at: readAt, using: &random)
            return Int(readAt.duration(to: poll.dueAt) / .seconds(1))
        }
        func told(_ minutes: String, behind: String = "") throws -> Result<FeedAnswer, NewsError> {
            let text = "<rss><channel><ttl>\(minutes)</ttl><item><title>T</title></item>\(behind)</channel></rss>"
            return .success(.feed(try reading(text), FeedValidators()))
        }
        #expect(try wait(told("60")) == 3600)
        // An answer without the feed says nothing of it, and neither does a failure.
        #expect(wait(.success(.notModified)) == 3600)
        poll.begin(policy(), at: readAt)
        #expect(poll.dueAt == later(3600))
        #expect(wait(.failure(NewsError(.unavailable))) == 300)
        #expect(wait(.success(.notModified)) == 3600)
        #expect(try JSONDecoder().decode(FeedPoll.self, from: try JSONEncoder().encode(poll)) == poll)
        // What is cut off may say it behind the cut.
        let cut = try reading("<rss><channel><item><title>T</title></item><ttl>6")
        #expect(wait(.success(.feed(cut, FeedValidators()))) == 3600)
        #expect(try wait(told("1")) == 300)
        #expect(try wait(told("100000")) == 21_600)
        #expect(try wait(.success(.feed(reading(feed), FeedValidators()))) == 300)
    }

    @Test func `what was kept of a feed before it could want anything is still read`() throws {
        let poll = poll()
        var fields = try #require(
            try JSONSerialization.jsonObject(with: try JSONEncoder().encode(poll)) as? [String: Any]
        )
        fields["wantedSeconds"] = nil
        let old = try JSONSerialization.data(withJSONObject: fields)
        #expect(try JSONDecoder().decode(FeedPoll.self, from: old) == poll)
    }

    @Test func `failures double the wait, up to the longest, and a success ends that`() throws {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        let error = NewsError(.unavailable, "status 503")
        var waits: [Int] = []
        for count in 1...9 {
            let actions = poll.end(.failure(error), policy(), at: readAt, using: &random)
            #expect(actions.first == .report(error, failures: count))
            #expect(actions.last == .wait(until: poll.dueAt))
            waits.append(Int(readAt.duration(to: poll.dueAt) / .seconds(1)))
        }
        #expect(waits == [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 21_600, 21_600])
        #expect(poll.lastFailure?.code == .unavailable)
        #expect(poll.lastFailure?.at == readAt)
        #expect(poll.lastSuccess == nil)
        let actions = poll.end(.success(.notModified), policy(), at: readAt, using: &random)
        #expect(actions == [.recovered(failures: 9), .wait(until: later(300))])
        #expect(poll.failures == 0)
    }

    @Test func `a site that names a time is left alone until then`() {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        func wait(_ error: NewsError) -> Duration {
            poll = self.poll()
            _ = poll.end(.failure(error), policy(), at: readAt, using: &random)
            return readAt.duration(to: poll.dueAt)
        }
        #expect(wait(NewsError(.rateLimited, retryAfter: .seconds(7_200))) == .seconds(7_200))
        #expect(wait(NewsError(.unavailable, retryAfter: .seconds(1))) == .seconds(300))
        #expect(wait(NewsError(.rateLimited)) == .seconds(900))
        #expect(wait(NewsError(.gone)) == .seconds(21_600))
        #expect(wait(NewsError(.notAllowed)) == .seconds(21_600))
        #expect(wait(NewsError(.rateLimited, retryAfter: .seconds(3 * 86_400))) == .seconds(3 * 86_400))
        #expect(poll.next(policy(), at: later(300_000 - 41_000)) == .wait(until: later(3 * 86_400)))
    }

    @Test func `chance only adds, and no more than its part`() {
        let waits = (UInt64(0)..<200).map { seed in
            var (poll, random) = (poll(), SplitMix64(state: seed))
            _ = poll.end(.success(.notModified), policy(jitter: 0.2), at: readAt, using: &random)
            return readAt.duration(to: poll.dueAt) / .seconds(1)
        }
        #expect(waits.allSatisfy { (300...360).contains($0) })
        #expect((waits.min() ?? 0) < 303 && (waits.max() ?? 0) > 357)
        var random = SplitMix64(state: 3)
        let starts = (0..<50).map { _ in FeedPoll(at: readAt, spread: .seconds(60), using: &random).dueAt }
        #expect(Set(starts).count == 50)
        #expect(starts.allSatisfy { $0 >= readAt && $0 <= later(60) })
    }

    @Test func `a question that was given up says nothing of the feed`() {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        poll.begin(policy(), at: readAt)
        let actions = poll.end(.failure(NewsError(.cancelled)), policy(), at: later(5), using: &random)
        #expect(actions == [.wait(until: later(5))])
        #expect(poll.failures == 0 && poll.lastFailure == nil)
    }

    @Test func `a clock that was set back does not stop it`() {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        _ = poll.end(.success(.notModified), policy(), at: readAt, using: &random)
        let before = readAt.advanced(by: .seconds(-365 * 86_400))
        #expect(poll.next(policy(), at: before) == .fetch(FeedValidators()))
    }

    @Test func `somebody may be in a hurry`() {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        _ = poll.end(.success(.notModified), policy(), at: readAt, using: &random)
        poll.hurry(at: later(10))
        #expect(poll.next(policy(), at: later(10)) == .fetch(FeedValidators()))
    }

    @Test func `it survives a restart`() throws {
        var (poll, random) = (poll(), SplitMix64(state: 1))
        let read = try reading(feed)
        _ = poll.end(.success(.feed(read, validators("W/\"x\""))), policy(), at: readAt, using: &random)
        _ = poll.end(.failure(NewsError(.timedOut, "secret")), policy(), at: later(300), using: &random)
        let kept = try JSONEncoder().encode(poll)
        #expect(try JSONDecoder().decode(FeedPoll.self, from: kept) == poll)
        #expect(!String(decoding: kept, as: UTF8.self).contains("secret"))
    }

    @Test func `settings without sense are named`() {
        #expect(self.policy().problems().isEmpty)
        var policy = FeedPoll.Policy()
        policy.every = .seconds(1)
        policy.longest = .seconds(0)
        policy.rateLimited = .seconds(-1)
        policy.jitter = 2
        #expect(policy.problems().map(\.key) == ["every", "longest", "rate_limited", "jitter"])
        var limits = FeedLimits()
        #expect(limits.problems().map(\.key) == [])
        limits.itemsMax = 0
        limits.pieceBytes = 0
        limits.futureMax = .seconds(-1)
        #expect(limits.problems().map(\.key) == ["items_max", "piece_bytes", "future_max"])
    }
}
