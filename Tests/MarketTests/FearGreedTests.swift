import Bus
import HTTPClient
import Market
import Testing

struct FearGreedTests {
    private func index(_ body: String, count: Int = 10) async throws(ProviderError) -> FearGreedIndex {
        try await AlternativeProvider(transport: ScriptedTransport(json(body))).fearGreed(listQuery(count: count)).value
    }

    @Test func `texts become numbers, newest first`() async throws {
        let body = """
            {"name":"Fear and Greed Index","data":[
            {"value":"47","value_classification":"Neutral","timestamp":"1699920000","time_until_update":"6329"},
            {"value":"0","value_classification":"Extreme Fear","timestamp":"1699833600"},
            {"value":"100","value_classification":"Extreme Greed","timestamp":"1699747200"}],"metadata":{"error":null}}
            """
        let transport = ScriptedTransport(json(body))
        let found = try await AlternativeProvider(transport: transport, base: "https://a.test")
            .fearGreed(listQuery(count: 3)).value
        #expect(transport.urls == ["https://a.test/fng/?limit=3"])
        #expect(found.readings.map(\.value) == [47, 0, 100])
        #expect(found.readings.map(\.classification) == ["Neutral", "Extreme Fear", "Extreme Greed"])
        #expect(found.readings.first?.asOf == Timestamp(seconds: 1_699_920_000))
        #expect(found.nextIn == .seconds(6329))
        #expect(found.leftOut == 0)
        #expect(try await index(body, count: 1).readings.map(\.value) == [47])
    }

    @Test func `rows that make no sense are left out and counted`() async throws {
        let body = """
            {"data":[{"value":"101","value_classification":"Greed","timestamp":"1700006400"},
            {"value":"50","value_classification":"Neutral","timestamp":"1699920000"},
            {"value":"51","value_classification":"Neutral","timestamp":"1699920000"},
            {"value":"49.5","value_classification":"Neutral","timestamp":"1699833600"},
            {"value":"-1","value_classification":"Fear","timestamp":"1699833600"},
            {"value":"40","value_classification":"","timestamp":"1699833600"},
            {"value":"40","value_classification":"Fear","timestamp":"soon"},{"value":null},
            {"value":"33","value_classification":"Fear","timestamp":"1699747200"}],"metadata":{"error":null}}
            """
        let found = try await index(body)
        #expect(found.readings.map(\.value) == [50, 33])
        #expect(found.leftOut == 7)
        #expect(found.nextIn == nil)
    }

    @Test(arguments: [
        (#"{"data":[],"metadata":{"error":null}}"#, ProviderError.Code.malformed), ("[]", .malformed),
        (#"{"data":[],"metadata":{"error":"too many requests"}}"#, .rateLimited),
        (#"{"data":null,"metadata":{"error":"unknown parameter"}}"#, .rejected),
    ])
    func `no reading is no answer`(body: String, expected: ProviderError.Code) async throws {
        let error = await failure { () throws(ProviderError) in try await index(body) }
        #expect(error?.code == expected)
    }

    @Test func `a question for none, which would mean all, cannot be asked`() async throws {
        let transport = ScriptedTransport(json("{}"))
        _ = await failure { () throws(ProviderError) in
            try await AlternativeProvider(transport: transport).fearGreed(listQuery(count: 0))
        }
        #expect(transport.urls.first?.hasSuffix("?limit=1") == true)
    }
}
