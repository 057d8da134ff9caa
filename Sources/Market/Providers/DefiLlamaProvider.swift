import Bus
import Domain
package import HTTPClient

/// DefiLlama's reckoning of what decentralised finance holds.
package struct DefiLlamaProvider: DeFiProvider {
    package static let defaultBase = "https://api.llama.fi"
    package let name: String
    private let http: ProviderHTTP

    package init(name: String = "defillama", transport: any HTTPTransport, base: String = defaultBase) {
        self.name = name
        http = ProviderHTTP(transport: transport, base: base)
    }

    /// The provider tells no limit; one request a second is ours.
    package var allowance: WeightAllowance? { WeightAllowance(limit: 60, windowSeconds: 60) }

    /// The list of all protocols is several megabytes, and read while it arrives.
    package func protocols(_ query: ListQuery) async throws(ProviderError) -> ProviderAnswer<ProtocolRanking> {
        let ranking = try await http.list(
            "/protocols",
            into: DefiLlamaParser.Ranking(count: query.count),
            at: query.now,
            limit: query.limit
        )
        return ProviderAnswer(try ranking.ranking(at: query.now))
    }
}

extension DefiLlamaProvider: TVLHistoryProvider {
    package func tvlHistory(_ query: TVLQuery) async throws(ProviderError) -> ProviderAnswer<TVLHistory> {
        var path = "/v2/historicalChainTvl"
        if let chain = query.chain { path += "/" + DefiLlamaProvider.escaped(chain) }
        let response = try await http.get(path, limit: query.limit)
        return ProviderAnswer(try DefiLlamaParser.history(response, for: query))
    }

    /// Chains have names with spaces and more in them.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            let scalar = Character(Unicode.Scalar(byte))
            if byte < 0x80, scalar.isLetter || scalar.isNumber || byte == UInt8(ascii: "-") {
                escaped.append(byte)
            } else {
                escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
