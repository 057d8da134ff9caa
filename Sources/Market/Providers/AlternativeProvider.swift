import Bus
package import HTTPClient

/// The Fear & Greed index of alternative.me, a number for each day.
package struct AlternativeProvider: FearGreedProvider {
    package static let defaultBase = "https://api.alternative.me"
    package let name: String
    private let http: ProviderHTTP

    package init(name: String = "alternative", transport: any HTTPTransport, base: String = defaultBase) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
    }

    package var allowance: WeightAllowance? { WeightAllowance(limit: 60, windowSeconds: 60) }

    package func fearGreed(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<FearGreedIndex> {
        let response = try await http.get("/fng/?limit=\(query.count)", limit: query.limit)
        return ProviderAnswer(try AlternativeParser.index(response, for: query))
    }
}
