import Bus
import HTTPClient
import News
import Testing

/// Which feeds are asked, and what is known of them after a restart.
struct FeedBookTests {
    private let policy = FeedPoll.Policy()
    private let feeds = ["a", "b"].map { FeedBook.Feed(name: $0, url: "https://\($0).example/feed") }

    private func book(_ feeds: [FeedBook.Feed]) -> FeedBook {
        var random = SystemRandomNumberGenerator()
        var book = FeedBook()
        book.follow(feeds, at: readAt, using: &random)
        return book
    }

    private func answer() throws -> FeedAnswer {
        let feed = try NewsTests.reading(rss("<title>T</title><link>/a</link>"))
        return .feed(feed, FeedValidators(["ETag": "\"1\""]))
    }

    @Test func `all feeds are due at first, and none while they are asked`() throws {
        var book = book(feeds)
        let questions = book.questions(policy, at: readAt)
        #expect(questions.map(\.feed) == feeds)
        #expect(book.nextAt(policy, at: readAt) == readAt)
        book.begin(questions, policy, at: readAt)
        #expect(book.questions(policy, at: readAt).isEmpty)
        #expect(book.nextAt(policy, at: readAt) == readAt.advanced(by: policy.every))
    }

    @Test func `what a feed said is kept for the next question, also over a restart`() throws {
        var random = SystemRandomNumberGenerator()
        var book = book(feeds)
        let question = try #require(book.questions(policy, at: readAt).first)
        let harvest = FeedBook.Harvest(items: 1, new: 1, left: 0)
        _ = book.end(question, .success(try answer()), harvest: harvest, policy, at: readAt, using: &random)
        let kept = try EventCodec.decode(FeedBook.self, from: try EventCodec.encode(book))
        // Times are kept to the microsecond.
        #expect(kept.entries.mapValues(\.url) == book.entries.mapValues(\.url))
        let later = readAt.advanced(by: .seconds(86_400))
        let again = try #require(kept.questions(policy, at: later).first { $0.feed.name == "a" })
        #expect(again.validators.entityTag == "\"1\"")
        #expect(kept.entries["a"]?.harvest == harvest)
        // However long nobody has asked, what was known is known.
        var resumed = kept
        resumed.follow(feeds, at: later, using: &random)
        #expect(resumed == kept)
        // Nothing new says nothing of what was there.
        var same = kept
        _ = same.end(again, .success(.notModified), harvest: nil, policy, at: later, using: &random)
        #expect(same.entries["a"]?.harvest == harvest && same.entries["a"]?.poll.lastSuccess == later)
    }

    @Test func `a feed that is gone from the settings is forgotten, and one with another address begins anew`() throws {
        var random = SystemRandomNumberGenerator()
        var book = book(feeds)
        let questions = book.questions(policy, at: readAt)
        _ = book.end(questions[0], .success(try answer()), harvest: nil, policy, at: readAt, using: &random)
        let moved = FeedBook.Feed(name: "a", url: "https://a.example/other")
        book.follow([moved], at: readAt, using: &random)
        #expect(book.entries.keys.sorted() == ["a"] && book.entries["a"]?.poll.validators.isEmpty == true)
        #expect(book.questions(policy, at: readAt).map(\.feed) == [moved])
        // The answer to a question of before is of no use any more.
        let actions = book.end(questions[0], .success(try answer()), harvest: nil, policy, at: readAt, using: &random)
        #expect(actions.isEmpty && book.entries["a"]?.poll.lastSuccess == nil)
    }

    @Test func `what another daemon has asked later holds`() throws {
        var random = SystemRandomNumberGenerator()
        var (ours, theirs) = (book(feeds), book(feeds))
        let question = try #require(theirs.questions(policy, at: readAt).first)
        _ = theirs.end(question, .success(try answer()), harvest: nil, policy, at: readAt, using: &random)
        ours.merge(theirs)
        #expect(ours == theirs)
        #expect(ours.questions(policy, at: readAt).map(\.feed.name) == ["b"])
        var newer = ours
        newer.merge(book(feeds))
        #expect(newer == ours)
        ours.hurry(at: readAt)
        #expect(ours.questions(policy, at: readAt).count == 2)
    }
}
