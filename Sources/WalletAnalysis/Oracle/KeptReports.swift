import Bus
import Threading

/// Reports at hand: bounded, the oldest go first.
final class KeptReports: Sendable {
    private let countMax: Int
    private let kept = Mutex<[String: KeptReport]>([:])

    init(countMax: Int) { self.countMax = max(1, countMax) }

    var count: Int { kept.withLock { $0.count } }

    subscript(wallet: String) -> KeptReport? { kept.withLock { $0[wallet] } }

    func keep(_ report: KeptReport, of wallet: String) {
        kept.withLock { kept in
            if kept[wallet] == nil, kept.count >= countMax { KeptReports.thin(&kept) }
            kept[wallet] = report
        }
    }

    /// Lets a tenth go at once, so that it is looked for seldom.
    private static func thin(_ kept: inout [String: KeptReport]) {
        let leaving = kept.sorted { $0.value.holdsUntil < $1.value.holdsUntil }.prefix(max(1, kept.count / 10))
        for (wallet, _) in leaving { kept[wallet] = nil }
    }
}
