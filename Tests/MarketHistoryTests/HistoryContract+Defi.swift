import Bus
import Domain
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static func held(
        _ slug: String,
        _ tvl: String?,
        chain: String = "Ethereum"
    ) -> DefiProtocol {
        DefiProtocol(slug: slug, name: slug.uppercased(), chain: chain, tvl: tvl.map { Sample.decimal($0) })
    }

    /// A time of day, so many days before the day on which the checks begin.
    private static func time(_ daysBack: Int, _ hour: Int) -> Timestamp {
        Sample.time("2026-09-21T00:00:00Z").advanced(by: .seconds(hour * 3600 - daysBack * 86_400))
    }

    static let defi: [Check] = [
        Check(name: "an answer is kept once, and the newest is known") { bench in
            let nothing = try await bench.defi.newest()
            #expect(nothing == nil)
            let old = DefiSnapshot(asOf: time(1, 9), protocols: [held("lido", "1")])
            let new = DefiSnapshot(
                asOf: time(0, 9),
                protocols: [
                    held("aave-v3", "24513881233.120005"), held("lido", nil), held("lido", "5", chain: "Solana"),
                ]
            )
            #expect(try await bench.defi.save(new) == 3)
            #expect(try await bench.defi.save(old) == 1)
            #expect(try await bench.defi.save(new) == 0)
            #expect(try await bench.defi.newest() == new)
            #expect(try await bench.defi.chains(of: "lido") == ["Ethereum", "Solana"])
            #expect(try await bench.defi.chains(of: "nobody").isEmpty)
        },
        Check(name: "a protocol's own history is read in pages") { bench in
            for back in 0..<7 {
                let snapshot = DefiSnapshot(
                    asOf: time(back, 8),
                    protocols: [
                        held("lido", "\(100 - back)"), held("lido", "1", chain: "Solana"), held("lido-2", "2"),
                    ]
                )
                _ = try await bench.defi.save(snapshot)
            }
            var rest: Range<Timestamp>? = time(5, 0)..<time(0, 0)
            var read: [DefiPoint] = []
            while let range = rest {
                let page = try await bench.defi.history(of: "lido", on: "Ethereum", in: range, .newestFirst, limit: 2)
                read += page.rows
                rest = page.rest
            }
            #expect(read.map(\.asOf) == (1...5).map { time($0, 8) })
            #expect(read.map(\.value.tvl) == (1...5).map { Sample.decimal("\(100 - $0)") })
        },
        Check(name: "a day counts its last answer once, and one without any has no sum") { bench in
            _ = try await bench.defi.save(
                DefiSnapshot(asOf: time(3, 1), protocols: [held("a", "1000"), held("b", "1000")])
            )
            _ = try await bench.defi.save(
                DefiSnapshot(asOf: time(3, 23), protocols: [held("a", "0.1"), held("b", "0.2"), held("c", nil)])
            )
            // A day of which only is known that nobody knew.
            _ = try await bench.defi.save(DefiSnapshot(asOf: time(2, 5), protocols: [held("a", nil)]))
            _ = try await bench.defi.save(DefiSnapshot(asOf: time(0, 0), protocols: [held("a", "0")]))
            let days = try await bench.defi.days(5)
            #expect(days.map(\.start) == (0..<5).reversed().map { time($0, 0) })
            let sum = DefiDay.Sum(tvl: Sample.decimal("0.3"), asOf: time(3, 23), count: 2, unknownCount: 1)
            let zero = DefiDay.Sum(tvl: .zero, asOf: time(0, 0), count: 1, unknownCount: 0)
            #expect(days.map(\.sum) == [nil, sum, nil, nil, zero])
        },
        Check(name: "what makes no sense in an answer is told by its place, and nothing is stored") { bench in
            await #expect(throws: HistoryError.badInput(field: "protocols[1]", problem: "is a on Ethereum again")) {
                try await bench.defi.save(DefiSnapshot(asOf: time(0, 0), protocols: [held("a", "1"), held("a", "2")]))
            }
            await #expect(
                throws: HistoryError.badInput(field: "protocols[0].chain", problem: "has 0 bytes, not 1 to 200")
            ) {
                try await bench.defi.save(DefiSnapshot(asOf: time(0, 0), protocols: [held("a", "1", chain: "")]))
            }
            await #expect(
                throws: HistoryError.badInput(field: "asOf", problem: "2026-09-22T00:00:00.000000Z is in the future")
            ) {
                try await bench.defi.save(DefiSnapshot(asOf: time(-1, 0), protocols: [held("a", "1")]))
            }
            for count in [0, 367] {
                await #expect(throws: HistoryError.self) { try await bench.defi.days(count) }
            }
            let count = try await bench.count("defi_protocol")
            #expect(count == 0)
        },
    ]
}
