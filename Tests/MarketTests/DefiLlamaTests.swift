import Bus
import Domain
import HTTPClient
import Market
import TestKit
import Testing

struct DefiLlamaTests {
    private func provider(_ answer: HTTPResponse) -> DefiLlamaProvider {
        DefiLlamaProvider(transport: ScriptedTransport(answer))
    }

    private func row(_ id: Int, tvl: String, category: String = "Lending", more: String = "") -> String {
        #"{"id":"\#(id)","slug":"p-\#(id)","name":"P \#(id)","category":"\#(category)","tvl":\#(tvl)\#(more)}"#
    }

    private func list(_ rows: [String]) -> HTTPResponse { json("[" + rows.joined(separator: ",") + "]") }

    @Test func `the largest come first, and exchanges and chains are not among them`() async throws {
        let rows = [
            row(1, tvl: "5"), row(2, tvl: "999.5", category: "CEX"), row(3, tvl: "7.25"), row(4, tvl: "null"),
            row(5, tvl: "800", category: "Chain"), row(6, tvl: "6"), row(7, tvl: "-1"), row(3, tvl: "7.25"),
            #"{"id":8}"#, row(9, tvl: "1"), row(10, tvl: "7.25"),
        ]
        let transport = ScriptedTransport(list(rows))
        let found = try await DefiLlamaProvider(transport: transport, base: "https://d.test")
            .protocols(listQuery(count: 3)).value
        #expect(transport.urls == ["https://d.test/protocols"])
        #expect(found.protocols.map(\.id) == ["3", "10", "6"])
        #expect(found.protocols.map(\.tvl.description) == ["7.25", "7.25", "6"])
        #expect(found.excludedCategories == ["CEX", "Chain"])
        #expect(found.excluded == 2)
        #expect(found.withoutTVL == 1)
        #expect(found.leftOut == 3)
        #expect(found.asOf == recordedAt)
    }

    @Test func `what is no chain is not told as one, and changes may be missing`() async throws {
        let more = """
            ,"chains":["Ethereum","Base","Gone"],"chain":"Multi-Chain","change_1h":null,"change_1d":-1.25,"change_7d":3,
            "mcap":null,"chainTvls":{"Ethereum":10.5,"Base":2,"borrowed":99,
            "Ethereum-borrowed":98,"staking":1,"pool2":1,
            "doublecounted":5,"liquidstaking":4,"Base-staking":null}
            """
        let found = try await provider(list([row(1, tvl: "12.5", more: more)])).protocols(listQuery()).value
        let first = try #require(found.protocols.first)
        #expect(first.chains == ["Ethereum", "Base", "Gone"])
        #expect(first.tvlByChain.mapValues(\.description) == ["Ethereum": "10.5", "Base": "2"])
        #expect(first.change1hPercent == nil)
        #expect(first.change1dPercent?.description == "-1.25")
        #expect(first.change7dPercent?.description == "3")
        #expect(first.marketCap == nil)
        #expect(first.category == "Lending")
    }

    @Test(arguments: ["[]", #"[{"id":"1"}]"#, "[", #"[{"id":"1"}"#, "{}", #"{"message":"Internal"}"#, "[] []"])
    func `a list of nothing sound is no answer`(body: String) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body)).protocols(listQuery())
        }
        #expect(error != nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a list larger than any other answer is read while it arrives`() async throws {
        // About 6 MB, more than an answer may have that is read as a whole.
        let filler = String(repeating: "x", count: 2000)
        let rows = (1...3000).map { row($0, tvl: "\($0 * 7919 % 3001).5", more: #","description":"\#(filler)""#) }
        let server = try LoopbackHTTPServer { _ in .json("[" + rows.joined(separator: ",\n") + "]") }
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        let http = try CurlTransport(config: config)
        let query = ListQuery(count: 20, now: recordedAt, limit: .seconds(30))
        let found = try await DefiLlamaProvider(transport: http, base: server.url("")).protocols(query).value
        #expect(found.protocols.map(\.tvl.description) == (0..<20).map { "\(3000 - $0).5" })
        await http.shutdown()
    }

    // MARK: History

    private func tvl(_ body: String, count: Int = 30, chain: String? = nil) async throws(ProviderError) -> TVLHistory {
        try await provider(json(body)).tvlHistory(
            TVLQuery(chain: chain, count: count, now: recordedAt, limit: .seconds(4))
        ).value
    }

    // The question is asked on 2023-11-14, which began at 1699920000.
    @Test func `the last point belongs to a day that has not ended`() async throws {
        let body = """
            [{"date":1699747200,"tvl":44.5},{"date":"1699833600","tvl":45},{"date":1699920000,"tvl":46},
            {"date":1699999200,"tvl":40.25}]
            """
        let found = try await tvl(body)
        #expect(found.days.map(\.tvl.description) == ["44.5", "45"])
        #expect(found.days.map(\.time) == [Timestamp(seconds: 1_699_747_200), Timestamp(seconds: 1_699_833_600)])
        #expect(found.partial?.tvl.description == "40.25")
        #expect(found.leftOut == 1)
    }

    @Test func `second points of a day, points out of order and below zero are left out and counted`() async throws {
        let body = """
            [{"date":1699660800,"tvl":1},{"date":1699700000,"tvl":9},{"date":1699747200,"tvl":2},
            {"date":1699747200,"tvl":8},{"date":1699660800,"tvl":7},{"date":1699833600,"tvl":-3},
            {"date":"x","tvl":1},{}]
            """
        let found = try await tvl(body)
        #expect(found.days.map(\.tvl.description) == ["1", "2"])
        #expect(found.partial == nil)
        #expect(found.leftOut == 6)
    }

    @Test func `only the last days are kept, and chains are named in the address`() async throws {
        let transport = ScriptedTransport(
            json(#"[{"date":1699660800,"tvl":1},{"date":1699747200,"tvl":2},{"date":1699833600,"tvl":3}]"#)
        )
        let query = TVLQuery(chain: "OP Mainnet/x", count: 2, now: recordedAt, limit: .seconds(4))
        let found = try await DefiLlamaProvider(transport: transport, base: "https://d.test").tvlHistory(query).value
        #expect(found.days.map(\.tvl.description) == ["2", "3"])
        #expect(found.chain == "OP Mainnet/x")
        #expect(transport.urls == ["https://d.test/v2/historicalChainTvl/OP%20Mainnet%2Fx"])
    }

    @Test(arguments: ["[]", "[{}]", "{}"])
    func `a history of nothing is no answer`(body: String) async throws {
        let error = await failure { () throws(ProviderError) in try await tvl(body) }
        #expect(error?.code == .malformed)
    }
}
