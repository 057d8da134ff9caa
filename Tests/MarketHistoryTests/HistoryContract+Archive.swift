import Bus
import Domain
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static let may = Sample.time("2026-05-01T00:00:00Z")
    private static let june = Sample.time("2026-06-01T00:00:00Z")

    /// Some prices of the end of April, of May and of June 2026, and one of today.
    private static func oldPrices(_ bench: HistoryBench) -> [PriceObservation] {
        [
            Sample.observation("61", at: may.advanced(by: .nanoseconds(-1))),
            Sample.observation("62", at: may),
            Sample.observation("63.5", at: june.advanced(by: .nanoseconds(-1)), source: "kraken"),
            Sample.observation("-36.98", at: may.advanced(by: .seconds(5)), pair: Sample.oil, source: "fred \"d\""),
            Sample.observation("64", at: june),
            Sample.observation("65", at: bench.time.now),
        ]
    }

    private static let aprilFile = "prices-2026-04.jsonl"

    /// The steps of a month with few prices.
    private static func steps(_ month: String, _ count: Int) -> [PriceRepository.ArchiveStep] {
        [
            .written(month: month, count: count), .removed(month: month, count: count),
            .finished(month: month, written: count, removed: count),
        ]
    }

    static let archive: [Check] = [
        Check(name: "months that are old enough leave one by one, and nothing else does") { bench in
            let archive = MemoryArchive()
            #expect(try await bench.prices.archive(to: archive) == .nothingDue)
            _ = try await bench.prices.append(oldPrices(bench))
            let steps = try await bench.archiveAll(archive)
            #expect(steps == HistoryContract.steps("2026-04", 1) + HistoryContract.steps("2026-05", 3))
            let stored = bench.start.nanoseconds
            #expect(
                archive.files == [
                    aprilFile: [line("BTC-USD", "binance", may.nanoseconds - 1, "61", stored)],
                    "prices-2026-05.jsonl": [
                        line("BTC-USD", "binance", may.nanoseconds, "62", stored),
                        line("BTC-USD", "kraken", june.nanoseconds - 1, "63.5", stored),
                        line("WTI-USD", "fred \\\"d\\\"", may.nanoseconds + 5_000_000_000, "-36.98", stored),
                    ],
                ]
            )
            #expect(try await bench.count("price") == 2)
            #expect(try await bench.prices.last(of: Sample.bitcoin).map(\.observation.price) == [Sample.price("65")])
            #expect(try await bench.archiveAll(archive).isEmpty)
            #expect(archive.published.count == 2)
            // A moment less than ninety days after the end of June, and then not.
            let end = Sample.time("2026-07-01T00:00:00Z").advanced(by: PriceRepository.keptFor)
            bench.time.advance(by: bench.time.now.duration(to: end) - .nanoseconds(1))
            #expect(try await bench.prices.archive(to: archive) == .nothingDue)
            bench.time.advance(by: .nanoseconds(1))
            #expect(try await bench.archiveAll(archive) == HistoryContract.steps("2026-06", 1))
        },
        Check(name: "whatever ends while a month is written, nothing is lost and nothing is there twice") { bench in
            let archive = MemoryArchive()
            _ = try await bench.prices.append(oldPrices(bench))
            for trouble in [MemoryArchive.Trouble.whileWriting, .beforePublishing, .afterPublishing] {
                archive.trouble = trouble
                await #expect(throws: HistoryError.archive("Interruption()")) {
                    try await bench.prices.archive(to: archive)
                }
                #expect(try await bench.count("price") == 6)
                #expect(archive.files.count == (trouble == .afterPublishing ? 1 : 0))
            }
            let before = archive.files
            archive.trouble = .none
            // Another start of the program.
            let again = HistoryBench(store: bench.store, time: bench.time)
            #expect(try await again.archiveAll(archive).prefix(3) == HistoryContract.steps("2026-04", 1)[...])
            #expect(archive.files[aprilFile] == before[aprilFile])
            #expect(archive.files[aprilFile]?.count == 1)
            #expect(archive.published.filter { $0 == aprilFile }.count == 2)
            let lines = archive.files.values.flatMap { $0 }
            #expect(lines.count == 4 && Set(lines).count == 4)
            #expect(try await bench.count("price") == 2)
        },
        Check(name: "an end between the file and the removal, or within that, loses and repeats nothing") { bench in
            let archive = MemoryArchive()
            for start in stride(from: 0, to: 6000, by: 1000) {
                let report = try await bench.prices.append(
                    (start..<(start + 1000)).map { number in
                        Sample.observation(
                            "\(number + 1)",
                            at: may.advanced(by: .seconds(number)),
                            source: number % 2 == 0 ? "binance" : "kraken"
                        )
                    }
                )
                #expect(report.inserted == 1000)
            }
            let step = try await bench.prices.archive(to: archive)
            #expect(step == .written(month: "2026-05", count: 6000))
            #expect(try await bench.count("price") == 6000)
            let next = HistoryBench(store: bench.store, time: bench.time)
            #expect(try await next.prices.archive(to: archive) == .removed(month: "2026-05", count: 5000))
            #expect(try await bench.count("price") == 1000)
            let last = HistoryBench(store: bench.store, time: bench.time)
            #expect(
                try await last.archiveAll(archive) == [
                    .removed(month: "2026-05", count: 1000),
                    .finished(month: "2026-05", written: 6000, removed: 6000),
                ]
            )
            #expect(archive.published == ["prices-2026-05.jsonl"])
            #expect(Set(archive.files.values.flatMap { $0 }).count == 6000)
            #expect(try await bench.count("price") == 0)
        },
        Check(name: "a month that is on its way takes no more prices, and is not thinned") { bench in
            let archive = MemoryArchive()
            let many = (0..<10).map { Sample.observation("\($0 + 1)", at: may.advanced(by: .seconds($0))) }
            _ = try await bench.prices.append(many)
            archive.trouble = .beforePublishing
            await #expect(throws: HistoryError.archive("Interruption()")) {
                try await bench.prices.archive(to: archive)
            }
            let late = try await bench.prices.append([
                Sample.observation("7", at: may.advanced(by: .seconds(60))),
                Sample.observation("8", at: may.advanced(by: .nanoseconds(-1))),
                Sample.observation("9", at: june),
            ])
            #expect(late.inserted == 1 && late.tooOld == 2)
            #expect(try await bench.thin(before: june, to: .oneHour) == 0)
            #expect(try await bench.count("price") == 11)
            archive.trouble = .none
            _ = try await bench.archiveAll(archive)
            #expect(archive.files["prices-2026-05.jsonl"]?.count == 10)
            #expect(archive.files.count == 1)
            #expect(try await bench.count("price") == 1)
            let gone = try await bench.prices.append([Sample.observation("7", at: may)])
            #expect(gone.tooOld == 1 && gone.inserted == 0)
        },
        Check(name: "more prices of a series than a page go into one file, in order") { bench in
            let archive = MemoryArchive()
            for start in [0, 1000, 2000] {
                _ = try await bench.prices.append(
                    (start..<(start + 1000)).map {
                        Sample.observation("\($0 + 1)", at: may.advanced(by: .seconds($0)))
                    }
                )
            }
            #expect(try await bench.archiveAll(archive) == HistoryContract.steps("2026-05", 3000))
            let stored = bench.start.nanoseconds
            let wanted = (0..<3000).map {
                line("BTC-USD", "binance", may.nanoseconds + Int64($0) * 1_000_000_000, "\($0 + 1)", stored)
            }
            #expect(archive.files["prices-2026-05.jsonl"] == wanted)
        },
        Check(name: "an age below zero is refused") { bench in
            await #expect(throws: HistoryError.badInput(field: "age", problem: "is less than nothing")) {
                try await bench.prices.archive(to: MemoryArchive(), olderThan: .seconds(-1))
            }
        },
    ]

    private static func line(
        _ pair: String,
        _ source: String,
        _ asOf: Int64,
        _ price: String,
        _ storedAt: Int64
    ) -> String {
        """
        {"as_of":\(asOf),"pair":"\(pair)","price":"\(price)","source":"\(source)","stored_at":\(storedAt)}
        """
    }
}

extension HistoryBench {
    /// When the checks begin.
    var start: Timestamp { ManualTime().now }

    /// Steps until nothing is due.
    func archiveAll(_ archive: MemoryArchive) async throws -> [PriceRepository.ArchiveStep] {
        var steps: [PriceRepository.ArchiveStep] = []
        while true {
            let step = try await prices.archive(to: archive)
            if step == .nothingDue { return steps }
            steps.append(step)
        }
    }
}
