import Bus
import Domain
import Foundation
import HTTPClient
import Market
import TestKit
import Testing

struct HyperliquidTests {
    private func provider(_ answer: HTTPResponse) -> HyperliquidProvider {
        HyperliquidProvider(transport: ScriptedTransport(answer))
    }

    @Test func `prices are found by coin and named as what they are`() async throws {
        let transport = ScriptedTransport(json(#"{"BTC":"37350.5","ETH":"2012.25","@1":"0.5","PURR/USDC":"0.1"}"#))
        let found = try await HyperliquidProvider(transport: transport, base: "https://h.test")
            .quotes(quoteQuery("ETH-USD", "BTC-USD")).value
        #expect(found.map(\.price.description) == ["2012.25", "37350.5"])
        #expect(found.map(\.symbol) == ["ETH-PERP", "BTC-PERP"])
        #expect(found.map(\.asOf) == [recordedAt, recordedAt])
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://h.test/info")
        #expect(request.method == .post)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"type":"allMids"}"#)
        #expect(request.headers["Content-Type"] == "application/json")
    }

    @Test(arguments: ["SOL-USD", "BTC-EUR"])
    func `what it does not trade is an unknown market`(pair: String) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(#"{"BTC":"1"}"#)).quotes(quoteQuery(pair))
        }
        #expect(error?.code == .unknownMarket)
    }

    private func row(open: Int64, last: Int64, coin: String = "BTC", interval: String = "1m", low: String = "1")
        -> String
    {
        #"{"t":\#(open),"T":\#(last),"s":"\#(coin)","i":"\#(interval)","o":"2","c":"2.5","h":"3","#
            + #""l":"\#(low)","v":"9.5","n":4}"#
    }

    @Test func `a candle opens at t and its last millisecond is T`() async throws {
        let body = "[\(row(open: 1_700_000_040_000, last: 1_700_000_099_999))]"
        let since = Timestamp(seconds: 1_700_000_040)
        let query = try #require(candleQuery("BTC-USD", since: since, count: 2))
        let transport = ScriptedTransport(json(body))
        let series = try await HyperliquidProvider(transport: transport).candles(query).value
        let candle = try #require(series.candles.first)
        #expect(candle.openTime == since)
        #expect(candle.closeTime == Timestamp(seconds: 1_700_000_100))
        #expect([candle.open, candle.high, candle.low, candle.close].map(\.description) == ["2", "3", "1", "2.5"])
        #expect(candle.volume.description == "9.5")
        #expect(series.symbol == "BTC-PERP")
        #expect(
            transport.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
                == #"{"req":{"coin":"BTC","endTime":1700000100000,"interval":"1m","startTime":1700000040000},"#
                + #""type":"candleSnapshot"}"#
        )
    }

    @Test func `the candle before the one asked for, which comes along, is left out`() async throws {
        let body = """
            [\(row(open: 1_699_999_980_000, last: 1_700_000_039_999)),
            \(row(open: 1_700_000_040_000, last: 1_700_000_099_999))]
            """
        let query = try #require(candleQuery("BTC-USD", since: Timestamp(seconds: 1_700_000_040)))
        let series = try await provider(json(body)).candles(query).value
        #expect(series.candles.map(\.openTime) == [Timestamp(seconds: 1_700_000_040)])
    }

    @Test func `a row of another market or length, or one that contradicts itself, fails the answer`() async throws {
        let query = try #require(candleQuery("BTC-USD"))
        let rows = [
            row(open: 1_700_000_040_000, last: 1_700_000_100_000),
            row(open: 1_700_000_040_000, last: 1_700_000_039_999),
            row(open: 1_700_000_040_000, last: 1_700_000_099_999, coin: "ETH"),
            row(open: 1_700_000_040_000, last: 1_700_000_099_999, interval: "5m"),
            row(open: 1_700_000_040_000, last: 1_700_000_099_999, low: "4"), "{}", "7",
        ]
        for row in rows {
            let error = await failure { () throws(ProviderError) in try await provider(json("[\(row)]")).candles(query)
            }
            #expect(error?.code == .malformed, "\(row)")
        }
    }

    // MARK: Perpetual futures

    private func contexts(_ names: String, _ rows: String) -> String { #"[{"universe":[\#(names)]},[\#(rows)]]"# }

    @Test func `names and figures belong together by their place`() async throws {
        let body = contexts(
            #"{"name":"BTC","szDecimals":5},{"name":"OLD","isDelisted":true},{"name":"kPEPE"},{"name":"BAD"}"#,
            """
            {"funding":"-0.0000125","openInterest":"688.11","prevDayPx":"15.322","dayNtlVlm":"1169046.29406",
            "premium":"0.0003","oraclePx":"14.32","markPx":"14.3161","midPx":"14.314","impactPxs":["1","2"]},
            {"markPx":"1","midPx":null},{"markPx":"0.0016","midPx":null,"dayNtlVlm":"9999999"},{"markPx":"0"}
            """
        )
        let found = try await provider(json(body)).perpetuals(listQuery()).value
        #expect(found.markets.map(\.coin) == ["kPEPE", "BTC"])
        #expect(found.leftOut == 1)
        let bitcoin = try #require(found.markets.last)
        #expect(bitcoin.fundingRate?.description == "-0.0000125")
        #expect(bitcoin.openInterest?.description == "688.11")
        #expect(bitcoin.volume24h?.description == "1169046.29406")
        #expect(bitcoin.markPrice.description == "14.3161")
        #expect(bitcoin.midPrice?.description == "14.314")
        #expect(bitcoin.previousDayPrice?.description == "15.322")
        #expect(bitcoin.oraclePrice?.description == "14.32")
        #expect(found.markets.first?.midPrice == nil)
        #expect(found.markets.first?.fundingRate == nil)
    }

    @Test func `lists of different lengths say nothing`() async throws {
        let body = contexts(#"{"name":"BTC"},{"name":"ETH"}"#, #"{"markPx":"1"}"#)
        let error = await failure { () throws(ProviderError) in try await provider(json(body)).perpetuals(listQuery()) }
        #expect(error?.code == .malformed)
    }
}

@Suite(.enabled(if: TestData.has("hyperliquid"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct HyperliquidRecordingTests {
    /// The bodies of the answers in a recording, in order.
    private func answers(in name: String) throws -> [String] {
        let text = try String(contentsOfFile: "\(TestData.folder)/hyperliquid/\(name)", encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            guard let start = line.firstRange(of: "string: '"), line.hasSuffix("'") else { return nil }
            return String(line[start.upperBound...].dropLast())
        }
    }

    @Test func `a recorded answer about all coins is read`() async throws {
        let body = try #require(answers(in: "test_get_all_mids.yaml").first)
        let found = try await HyperliquidProvider(transport: ScriptedTransport(json(body)))
            .quotes(quoteQuery("BTC-USD", "DOGE-USD")).value
        #expect(found.map(\.price.description) == ["30135", "0.069277"])
    }

    @Test func `recorded candles are read, end with the hour, and all are sound`() async throws {
        let body = try #require(answers(in: "test_get_candles_snapshot.yaml").last)
        // The coin's name has a small letter, which no pair of ours has.
        let text = body.split(separator: "kPEPE", omittingEmptySubsequences: false).joined(separator: "KPEPE")
        let query = try #require(
            candleQuery("KPEPE-USD", interval: .oneHour, since: Timestamp(milliseconds: 1_684_699_200_000), count: 100)
        )
        let series = try await HyperliquidProvider(transport: ScriptedTransport(json(text))).candles(query).value
        #expect(series.candles.count == 24)
        #expect(series.candles.first?.open.description == "0.001601")
        #expect(series.candles.first?.volume.description == "520665683")
        #expect(series.candles.last?.closeTime == Timestamp(milliseconds: 1_684_785_600_000))
    }
}
