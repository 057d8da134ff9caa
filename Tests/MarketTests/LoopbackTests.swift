import Bus
import Domain
import HTTPClient
import Market
import TestKit
import Testing

/// The whole way: real connections to servers that answer as the exchanges do.
@Suite(.timeLimit(.minutes(1)))
struct LoopbackTests {
    private let now = Timestamp(milliseconds: 1_700_000_070_500)

    private func transport(_ servers: LoopbackHTTPServer...) throws -> CurlTransport {
        var config = HTTPClientConfig()
        config.allowedHosts = servers.map(\.authority)
        return try CurlTransport(config: config)
    }

    private func kraken() throws -> LoopbackHTTPServer {
        try LoopbackHTTPServer { request in
            guard request.path == "/0/public/Ticker" else { return .json(#"{"error":["EGeneral:Unknown method"]}"#) }
            return .json(#"{"error":[],"result":{"XXBTZUSD":{"c":["37350.10000","0.0025"]}}}"#)
        }
    }

    private func chain(_ providers: [any MarketProvider]) -> MarketSource {
        var settings = MarketSource.Settings()
        // These tests are about what is answered, however busy the machine is.
        settings.patience = .seconds(60)
        return MarketSource(providers: providers, settings: settings, now: { [now] in now }, seed: 1)
    }

    @Test func `prices come over a real connection, and one that is kept open`() async throws {
        let server = try LoopbackHTTPServer { request in
            guard request.target == "/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22%5D" else { return .status(404) }
            return .json(
                #"[{"symbol":"BTCUSDT","lastPrice":"37350.12000000","closeTime":1700000070000}]"#,
                headers: [("X-MBX-USED-WEIGHT-1M", "12")]
            )
        }
        let http = try transport(server)
        let chain = chain([BinanceProvider(transport: http, base: server.url(""))])
        for _ in 0..<3 {
            let answer = try await chain.quotes(of: pairs("BTC-USD"))
            #expect(answer.source == "binance")
            #expect(answer.value.map(\.price.description) == ["37350.12"])
        }
        #expect(server.connectionCount == 1)
        #expect(chain.standings.first?.budget.used(at: now) == 12)
        await http.shutdown()
    }

    @Test(arguments: [
        LoopbackReply.status(200, headers: [("Content-Type", "text/html")], body: "<html>puzzle</html>".utf8), .drop,
        .reset, .dropInBody("["), .raw("SSH-2.0-OpenSSH\r\n"), .json("[", status: 200),
        .json("{}", status: 418, headers: [("Retry-After", "120")]),
    ])
    func `whatever the first exchange does, the second one's price is used`(reply: LoopbackReply) async throws {
        let bad = try LoopbackHTTPServer { _ in reply }
        let good = try kraken()
        let http = try transport(bad, good)
        let chain = chain([
            BinanceProvider(transport: http, base: bad.url("")), KrakenProvider(transport: http, base: good.url("")),
        ])
        let answer = try await chain.quotes(of: pairs("BTC-USD"))
        #expect(answer.source == "kraken")
        #expect(answer.value.map(\.price.description) == ["37350.1"])
        #expect(answer.passedOver.map(\.provider) == ["binance"])
        await http.shutdown()
    }

    @Test func `a host that is not allowed is not asked`() async throws {
        let server = try kraken()
        let http = try transport()
        let chain = chain([KrakenProvider(transport: http, base: server.url(""))])
        await #expect(throws: NoSourceError.self) { try await chain.quotes(of: pairs("BTC-USD")) }
        #expect(chain.standings.first?.lastError?.code == .notAllowed)
        #expect(server.connectionCount == 0)
        await http.shutdown()
    }

    @Test func `a network client that is shut down is nobody's failure`() async throws {
        let server = try kraken()
        let http = try transport(server)
        await http.shutdown()
        let base = server.url("")
        let chain = chain([
            KrakenProvider(transport: http, base: base), CoinbaseProvider(transport: http, base: base),
        ])
        do {
            _ = try await chain.quotes(of: pairs("BTC-USD"))
            Issue.record("an answer without a network")
        } catch {
            #expect(error.wasCancelled)
            #expect(error.attempts.count == 1)
        }
        #expect(chain.standings.map(\.failed) == [0, 0])
    }
}
