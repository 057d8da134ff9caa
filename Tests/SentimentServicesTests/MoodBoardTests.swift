import Bus
import Domain
import SentimentServices
import Testing

/// When the index is asked for, what is told, and what is too old to be told.
struct MoodBoardTests {
    private let start = Timestamp(seconds: 1_790_000_000)
    private let settings = MoodBoard.Settings()

    private func at(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    private func index(_ value: Int) -> SentimentIndexChanged.FearGreed {
        SentimentIndexChanged.FearGreed(value: value, label: "Neutral", source: "alternative", asOf: start)
    }

    @Test func `both are due at first, and then every hour`() {
        var board = MoodBoard(at: start)
        #expect(board.isIndexDue(settings, at: start) && board.isNewsDue(settings, at: start))
        board.answered(index(47), settings, at: start)
        board.reckoned(count: 0, sum: 0, hours: 24, settings, at: start)
        #expect(!board.isIndexDue(settings, at: at(3599)) && !board.isNewsDue(settings, at: at(3599)))
        #expect(board.isIndexDue(settings, at: at(3600)) && board.isNewsDue(settings, at: at(3600)))
        // A clock that was set back by a day does not stop it for a day.
        #expect(board.isIndexDue(settings, at: at(-86_400)))
    }

    @Test func `a failure is news once, and is tried again sooner`() {
        var board = MoodBoard(at: start)
        let (first, second) = (
            board.failed("timed out", settings, at: start), board.failed("timed out", settings, at: at(300))
        )
        #expect(first && !second)
        #expect(!board.isIndexDue(settings, at: at(599)) && board.isIndexDue(settings, at: at(600)))
        #expect(board.lastFailure == "timed out")
        board.answered(index(47), settings, at: at(600))
        #expect(board.lastFailure == nil)
    }

    @Test func `what changes is told, and nothing twice`() {
        var board = MoodBoard(at: start)
        var told = [board.takeNews(settings, at: start)]
        board.answered(index(47), settings, at: start)
        told.append(board.takeNews(settings, at: start))
        told.append(board.takeNews(settings, at: at(1)))
        board.reckoned(count: 4, sum: -1.004, hours: 24, settings, at: at(2))
        told.append(board.takeNews(settings, at: at(2)))
        board.answered(index(47), settings, at: at(3600))
        board.reckoned(count: 4, sum: -0.999, hours: 24, settings, at: at(3600))
        told.append(board.takeNews(settings, at: at(3600)))
        let mood = SentimentIndexChanged.NewsMood(score: -0.25, level: .negative, count: 4, hours: 24)
        #expect(
            told == [
                nil, SentimentIndexChanged(index: index(47), news: nil, at: start), nil,
                SentimentIndexChanged(index: index(47), news: mood, at: at(2)), nil,
            ]
        )
    }

    @Test func `an index that nobody renews is stale, and gone after an hour more`() {
        var board = MoodBoard(at: start)
        board.answered(index(47), settings, at: start)
        #expect(!board.isStale(start, settings, at: at(3600)) && board.isStale(start, settings, at: at(3700)))
        _ = board.takeNews(settings, at: start)
        #expect(board.current(settings, at: at(7200))?.reading == index(47))
        #expect(board.current(settings, at: at(7201)) == nil)
        let told = board.takeNews(settings, at: at(7201))
        #expect(told == SentimentIndexChanged(index: nil, news: nil, at: at(7201)))
    }

    @Test func `a restart knows the index again and does not ask before its time`() {
        var board = MoodBoard(at: at(1000))
        board.resume(MoodBoard.Index(index(47), toldAt: start), settings, at: at(1000))
        #expect(board.index?.reading == index(47))
        #expect(!board.isIndexDue(settings, at: at(1000)) && board.isIndexDue(settings, at: at(3600)))
        var early = MoodBoard(at: start)
        early.resume(MoodBoard.Index(index(47), toldAt: at(10)), settings, at: start)
        #expect(early.index == nil && early.isIndexDue(settings, at: start))
    }

    @Test func `where nobody can be asked nobody is`() {
        var settings = settings
        settings.unavailable = "not set"
        #expect(!MoodBoard(at: start).isIndexDue(settings, at: at(1)))
    }
}
