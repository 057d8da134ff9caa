import Bus
import Store
import Testing

@testable import Daemon

@Suite struct DatabaseDecisionTests {
    // MARK: Retention

    private let now = Timestamp(seconds: 1_790_000_000)

    private func name(daysAgo days: Int) -> String {
        BackupName(.sqlite, at: now.advanced(by: .seconds(-days * 86_400))).text
    }

    @Test func `backups go when they are older than they are kept`() {
        let names = (0..<40).map { name(daysAgo: $0) }
        #expect(BackupRetention(keepDays: 30).expired(names, at: now) == (31..<40).reversed().map { name(daysAgo: $0) })
    }

    @Test func `the newest backup stays, however old`() {
        let names = [name(daysAgo: 100), name(daysAgo: 90)]
        #expect(BackupRetention(keepDays: 30).expired(names, at: now) == [name(daysAgo: 100)])
    }

    @Test func `what the keeper has not made is never removed`() {
        let names = [
            name(daysAgo: 0), "nightly-20200101T020000Z.sqlite.json", "nightly-20200101T020000Z.tar",
            "nightly-20201301T020000Z.sqlite", "nightly-2020-1-1T02:00:0.sqlite", "before-0007.pgdump", "notes.txt",
        ]
        #expect(BackupRetention(keepDays: 30).expired(names, at: now) == [])
    }

    @Test func `a backup's name tells when it was taken`() throws {
        let made = BackupName(.postgres, at: Timestamp(seconds: 1_795_615_200))
        #expect(made.text == "nightly-20261125T140000Z.pgdump")
        #expect(BackupName(made.text) == made)
    }

    // MARK: Times

    @Test(arguments: ["02:00", "00:00", "23:59"])
    func `a time of day is hours and minutes`(text: String) { #expect(TimeOfDay(text) != nil) }

    @Test(arguments: ["", "2:00", "24:00", "02:60", "02:00:00", "-1:00", "０２:００", "ab:cd"])
    func `anything else is no time of day`(text: String) { #expect(TimeOfDay(text) == nil) }

    // MARK: Moving

    @Test func `tables come after those that they refer to`() {
        let order = TableMatch.ordered(["a", "b", "c", "d"], ["a": ["b", "a"], "b": ["d"], "c": []])
        #expect(order == ["c", "d", "b", "a"])
        #expect(TableMatch.ordered(["a", "b"], ["a": ["b"], "b": ["a"]]) == ["a", "b"])
    }

    // MARK: Dumps

    @Test func `rows are counted in a dump, however it comes in pieces`() {
        let dump = """
            -- COPY nothing
            COPY public.job (id, payload) FROM stdin;
            1\tCOPY public.other (id) FROM stdin;
            2\t\\.\\.
            \\.

            COPY public.empty (id) FROM stdin;
            \\.
            COPY cmq.queue (name) FROM stdin;
            \(String(repeating: "x", count: 10_000))
            \\.
            SELECT 1;

            """
        for size in [1, 7, 64, 100_000] {
            var counter = CopyCounter()
            var rest = Array(dump.utf8)[...]
            while !rest.isEmpty {
                counter.add(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(counter.counts == ["job": 2, "empty": 0, "message_queue": 1])
        }
    }

    // MARK: Schema

    @Test func `the schema says what is pending, unknown and changed`() {
        let known = ["1", "2", "3"].map { Migration(id: $0, sqlite: $0, postgres: $0) }
        let state = SchemaState(known: known, applied: [("1", known[0].checksum), ("2", "?"), ("9", "x")])
        #expect(state.pending == ["3"] && state.unknown == ["9"] && state.changed == ["2"] && state.version == "9")
        #expect(SchemaState(known: known, applied: []).isEmpty)
    }

    // MARK: Failures

    @Test(arguments: [
        (StoreError.Code.locked, ExitCode.tempFail), (.schemaTooNew, .config), (.schemaChanged, .config),
        (.unreachable, .ioError), (.corrupt, .ioError),
    ])
    func `a store that does not open has its exit code and its advice`(code: StoreError.Code, exit: ExitCode) {
        let failure = DatabaseFailure(StoreError(code, "subject", detail: "detail"))
        #expect(failure.code == exit)
        #expect(failure.text.hasPrefix("store: \(code): subject (detail): "))
    }
}
