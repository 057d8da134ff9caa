import Bus
import Domain
import Show
import Store
import TestKit
import Testing

/// What the running order has to do on every engine, as checks that an engine's own tests run one by one.
struct SegmentContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Bench: Sendable {
        let store: any Storage
        let time: ManualTime
        let segments: SegmentRepository

        /// The topics of what was told, in order.
        func told() async throws -> [String] {
            try await store.read(.all, from: 0).events.map { "\($0.header.topic)" }
        }
    }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (Bench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let store = try await openEngine(bus, { time.now })
        try await check.run(
            Bench(store: store, time: time, segments: SegmentRepository(store: store, now: { time.now }))
        )
        await store.close()
    }

    static func spoken(_ text: String = "Bitcoin stands at 64,250.12 dollars.") -> HostSpoke {
        HostSpoke(host: "Nova", text: text, kind: .fallback, energy: .normal, template: "t", symbols: [], facts: [])
    }

    static let checks: [Check] = [
        Check(name: "segments come in the order in which they were written, and are read as they were") { bench in
            let first = try await bench.segments.append(spoken("One\u{2019}s \"words\" \u{1F680}"))
            let second = try await bench.segments.append(spoken("Two"))
            #expect(first.position < second.position)
            #expect(try await bench.segments.open() == [first, second])
            #expect(try await bench.segments.segment(first.id) == first)
            #expect(first.state == .written && first.writtenAt == bench.time.now)
        },
        Check(name: "each state is entered once and in order, and what it means is told with it") { bench in
            let id = try await bench.segments.append(spoken()).id
            let start = bench.time.now
            #expect(try await bench.segments.advance(id, to: .aired) == nil)
            let queued = try await bench.segments.advance(
                id,
                to: .queued,
                SegmentRepository.News(voice: "flite/slt", duration: .milliseconds(4321))
            )
            #expect(queued?.voice == "flite/slt" && queued?.duration == .milliseconds(4321))
            bench.time.advance(by: .seconds(5))
            let airing = try await bench.segments.advance(id, to: .airing)
            #expect(airing?.startedAt == start.advanced(by: .seconds(5)) && airing?.voice == "flite/slt")
            #expect(try await bench.segments.advance(id, to: .airing) == nil)
            #expect(try await bench.segments.advance(id, to: .queued) == nil)
            bench.time.advance(by: .seconds(4))
            let aired = try await bench.segments.advance(id, to: .aired)
            #expect(aired?.endedAt == start.advanced(by: .seconds(9)) && aired?.startedAt == airing?.startedAt)
            #expect(try await bench.segments.advance(id, to: .skipped) == nil)
            #expect(try await bench.segments.open().isEmpty)
            #expect(try await bench.told() == ["segment.item.started", "segment.item.finished"])
        },
        Check(name: "one that fails or is taken out says why, and is no longer in the order") { bench in
            let (one, two) = (try await bench.segments.append(spoken()), try await bench.segments.append(spoken()))
            let failed = try await bench.segments.advance(
                one.id,
                to: .failed,
                SegmentRepository.News(reason: "no voice")
            )
            #expect(failed?.reason == "no voice" && failed?.state == .failed)
            _ = try await bench.segments.advance(two.id, to: .queued)
            _ = try await bench.segments.advance(two.id, to: .skipped)
            #expect(try await bench.segments.open().isEmpty)
            #expect(try await bench.told() == ["segment.item.skipped", "segment.item.skipped"])
        },
        Check(name: "what went out as text stands in the transcript, and in no running order") { bench in
            let waits = try await bench.segments.append(spoken("This waits."))
            let told = try await bench.segments.note(toldAsText: spoken("This was read."))
            #expect(told.state == .aired && told.voice == nil && told.endedAt == bench.time.now)
            #expect(try await bench.segments.segment(told.id) == told)
            #expect(try await bench.segments.open() == [waits])
            #expect(try await bench.segments.page(limit: 10, searching: "read").segments == [told])
            #expect(
                try await bench.segments.texts(since: bench.time.now).map(\.text) == ["This was read.", "This waits."]
            )
            #expect(try await bench.told().isEmpty)
        },
        Check(name: "what is unknown changes nothing") { bench in
            let stranger = UUIDv7(milliseconds: 1, counter: 1, random: 1)
            let changed = try await bench.segments.advance(stranger, to: .queued)
            let found = try await bench.segments.segment(stranger)
            #expect(changed == nil && found == nil)
        },
        Check(name: "pages go back in time, each segment once") { bench in
            for number in 0..<5 { _ = try await bench.segments.append(spoken("Number \(number)")) }
            var (texts, place): ([String], Int64?) = ([], nil)
            repeat {
                let page = try await bench.segments.page(before: place, limit: 2)
                texts += page.segments.map(\.spoken.text)
                place = page.next
            } while place != nil
            #expect(texts == (0..<5).reversed().map { "Number \($0)" })
            for limit in [0, 201] {
                await #expect(throws: ShowError.self) { try await bench.segments.page(limit: limit) }
            }
        },
        Check(name: "a search finds whole words, however they are written, and only where all of them are") { bench in
            for text in [
                "Bitcoin stands at 64,250.12 dollars, as of 22:14.", "Ether, BITCOIN: up 1.5 percent!", "100% of_it\\",
                "\u{DC}ber Bitcoiner",
            ] { _ = try await bench.segments.append(spoken(text)) }
            func found(_ query: String) async throws -> [Int] {
                try await bench.segments.page(limit: 10, searching: query).segments.map { Int($0.position) }.sorted()
            }
            #expect(try await found("bitcoin") == [1, 2])
            #expect(try await found("Bitcoin 64,250.12") == [1])
            #expect(try await found("percent ether") == [2])
            #expect(try await found("\u{FC}ber") == [4])
            #expect(try await found("bit").isEmpty)
            #expect(try await found("100").count == 1)
            for query in ["", "%", "_ !", "a b c d e f g h i"] {
                await #expect(throws: ShowError.self) { try await bench.segments.page(limit: 10, searching: query) }
            }
        },
        Check(name: "texts of the last hours are told, but for those that nobody could hear") { bench in
            _ = try await bench.segments.append(spoken("Old"))
            bench.time.advance(by: .seconds(7 * 3600))
            let lost = try await bench.segments.append(spoken("Lost"))
            _ = try await bench.segments.advance(lost.id, to: .failed)
            _ = try await bench.segments.append(spoken("New"))
            let since = bench.time.now.advanced(by: .seconds(-6 * 3600))
            #expect(try await bench.segments.texts(since: since).map(\.text) == ["New"])
            #expect(try await bench.segments.texts(since: since).map(\.at) == [bench.time.now])
        },
        Check(name: "old ones go in portions, but never one that is yet to be heard") { bench in
            for _ in 0..<3 {
                let id = try await bench.segments.append(spoken()).id
                _ = try await bench.segments.advance(id, to: .skipped)
            }
            let open = try await bench.segments.append(spoken("Open"))
            bench.time.advance(by: .seconds(60))
            #expect(try await bench.segments.prune(before: bench.time.now, limit: 2) == 2)
            #expect(try await bench.segments.prune(before: bench.time.now, limit: 2) == 1)
            #expect(try await bench.segments.page(limit: 10).segments == [open])
            // Places are not given anew.
            #expect(try await bench.segments.append(spoken()).position > open.position)
        },
        Check(name: "there is a bound to what nobody has heard yet") { bench in
            for _ in 0..<SegmentRepository.openMax { _ = try await bench.segments.append(spoken("x")) }
            await #expect(throws: ShowError.self) { try await bench.segments.append(spoken("x")) }
        },
    ]
}

@Suite struct SQLiteSegmentTests {
    @Test(arguments: SegmentContract.checks)
    func `SQLite keeps the contract of the running order`(check: SegmentContract.Check) async throws {
        let folder = try TemporaryFolder()
        let contract = SegmentContract { bus, now in
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            return try await SQLiteStore.open(config, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
