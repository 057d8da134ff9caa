import Bus
import Domain
import HTTPClient

/// Reads DefiLlama's answers.
enum DefiLlamaParser {
    /// What holds value without being a protocol: exchanges, and the chains themselves.
    static let excludedCategories = ["CEX", "Chain"]

    /// Keeps the largest protocols out of the list of all.
    ///
    /// Rows that are not among them are looked at only as far as that takes.
    struct Ranking: ListReader {
        let count: Int
        private var kept: [DeFiProtocol] = []
        private var excluded = 0
        private var withoutTVL = 0
        private var leftOut = 0

        init(count: Int) { self.count = count }

        mutating func read(_ element: [UInt8]) throws(ProviderError) {
            guard let head = try AnswerCheck.decode(TolerantRow<Head>.self, from: element).row, head.isSound else {
                leftOut += 1
                return
            }
            if let category = head.category, DefiLlamaParser.excludedCategories.contains(category) {
                excluded += 1
                return
            }
            guard let tvl = head.tvl?.value else {
                withoutTVL += 1
                return
            }
            // Most rows are not among the first, and so not worth reading whole.
            if kept.count == count, let last = kept.last, last.tvl >= tvl { return }
            guard let row = try AnswerCheck.decode(TolerantRow<Row>.self, from: element).row, row.isSound,
                !kept.contains(where: { $0.id == row.id })
            else {
                leftOut += 1
                return
            }
            kept.insert(row.ranked(tvl: tvl), at: kept.firstIndex { $0.tvl < tvl } ?? kept.endIndex)
            if kept.count > count { kept.removeLast() }
        }

        /// - Throws: `malformed` when no row could be used.
        func ranking(at now: Timestamp) throws(ProviderError) -> ProtocolRanking {
            if kept.isEmpty { throw ProviderError(.malformed, "no sound row among \(leftOut + excluded + withoutTVL)") }
            return ProtocolRanking(
                protocols: kept,
                excludedCategories: DefiLlamaParser.excludedCategories,
                excluded: excluded,
                withoutTVL: withoutTVL,
                leftOut: leftOut,
                asOf: now
            )
        }
    }

    /// `v2/historicalChainTvl`: oldest first; the last point belongs to a day that has not ended.
    static func history(_ response: HTTPResponse, for query: TVLQuery) throws(ProviderError) -> TVLHistory {
        try AnswerCheck.requireData(response, at: query.now)
        let rows = try AnswerCheck.decode([TolerantRow<Point>].self, from: response.body)
        let today = CandleInterval.oneDay.start(of: query.now)
        var days: [DailyTVL] = []
        var partial: DailyTVL?
        var leftOut = 0
        for row in rows {
            guard let point = row.row, let time = point.date.time, !point.tvl.value.isNegative,
                time > (partial ?? days.last)?.time ?? Timestamp(nanoseconds: 0)
            else {
                leftOut += 1
                continue
            }
            // Within a day that has ended there is one point that counts, the one at its beginning.
            let isWhole = CandleInterval.oneDay.isOpening(time) && time < today
            if isWhole {
                if partial != nil { leftOut += 1 }
                partial = nil
                days.append(DailyTVL(time: time, tvl: point.tvl.value))
            } else {
                if partial != nil { leftOut += 1 }
                partial = DailyTVL(time: time, tvl: point.tvl.value)
            }
        }
        if days.isEmpty, partial == nil { throw ProviderError(.malformed, "no sound row among \(leftOut)") }
        return TVLHistory(
            chain: query.chain,
            days: Array(days.suffix(query.count)),
            partial: partial,
            leftOut: leftOut,
            asOf: query.now
        )
    }

    // MARK: Shapes, under the provider's own names

    /// What decides about a row's place.
    private struct Head: Decodable {
        let id: String
        let category: String?
        let tvl: NumberText?

        var isSound: Bool { !id.isEmpty && id.utf8.count <= 100 && tvl?.value.isNegative != true }
    }

    private struct Row: Decodable {
        let id: String
        let slug: String
        let name: String
        let category: String?
        let chains: [String]?
        let chainTvls: [String: NumberText?]?
        let change1h: NumberText?
        let change1d: NumberText?
        let change7d: NumberText?
        let mcap: NumberText?

        private enum CodingKeys: String, CodingKey {
            case id, slug, name, category, chains, chainTvls, mcap
            case change1h = "change_1h"
            case change1d = "change_1d"
            case change7d = "change_7d"
        }

        var isSound: Bool {
            !name.isEmpty && [slug, name, category ?? ""].allSatisfy { $0.utf8.count <= 200 }
                && mcap?.value.isNegative != true
        }

        func ranked(tvl: ExactDecimal) -> DeFiProtocol {
            // Keys such as `borrowed`, `staking` and `Ethereum-borrowed` are no chains; the list of chains tells which
            // keys are.
            var tvlByChain: [String: ExactDecimal] = [:]
            for chain in chains ?? [] {
                if let part = (chainTvls?[chain] ?? nil)?.value, !part.isNegative { tvlByChain[chain] = part }
            }
            return DeFiProtocol(
                id: id,
                slug: slug,
                name: name,
                category: category,
                chains: chains ?? [],
                tvl: tvl,
                tvlByChain: tvlByChain,
                change1hPercent: change1h?.value,
                change1dPercent: change1d?.value,
                change7dPercent: change7d?.value,
                marketCap: mcap?.value
            )
        }
    }

    private struct Point: Decodable {
        let date: NumberText
        let tvl: NumberText
    }
}
