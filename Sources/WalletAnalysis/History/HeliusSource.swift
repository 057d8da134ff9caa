package import Bus
package import Chains
package import HTTPClient
import Threading
import WalletOracle

/// The past of wallets from Helius' enhanced transactions: swaps with both of their sides.
package final class HeliusSource: HistorySource {
    package struct Settings: Hashable, Sendable {
        /// Where the service is, without a path.
        package var base = "https://api-mainnet.helius-rpc.com"
        /// Rows of one page; the service gives no more than 100.
        package var rowsPerPage = 100
        package var pagesMax = 1000
        /// For one page.
        package var pageLimit: Duration = .seconds(5)
        /// For all of them.
        package var totalLimit: Duration = .seconds(20)
        package var breaker = CircuitBreaker.Policy()

        package init() {}
    }

    package let name = "helius"
    private let key: String
    private let settings: Settings
    private let transport: any HTTPTransport
    private let stopwatch: Stopwatch
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    private struct State {
        var breaker: CircuitBreaker
        var random = SystemRandomNumberGenerator()
    }

    /// - Parameters:
    ///   - key: goes along in the address, as the service wants it; hide it from logs.
    ///   - settings: the limits.
    ///   - transport: the way there.
    ///   - stopwatch: measures.
    ///   - now: what time it is.
    package init(
        key: String,
        settings: Settings = Settings(),
        transport: any HTTPTransport,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.key = key
        self.settings = settings
        self.transport = transport
        self.stopwatch = stopwatch
        self.now = now
        state = Mutex(State(breaker: CircuitBreaker(policy: settings.breaker)))
    }

    package func past(of wallet: SolanaAddress, since: Timestamp) async throws(PastError) -> ToldPast {
        let end = stopwatch.elapsed + settings.totalLimit
        var reading = HeliusReading(since: since)
        do throws(PastError) {
            while reading.goesOn {
                guard reading.history.pages < settings.pagesMax else {
                    throw PastError(.tooLong, "more than \(settings.pagesMax) pages")
                }
                guard stopwatch.elapsed < end else { throw PastError(.timedOut, "too many pages for the time") }
                try reading.note(try await page(of: wallet, before: reading.cursor))
            }
            if reading.firstEver == nil, !reading.isAll { reading.noteFirst(try await page(of: wallet, isFirst: true)) }
        } catch {
            guard reading.history.pages > 0 else { throw error }
            reading.failure = error
        }
        return try reading.told(by: name)
    }

    // MARK: One page

    private func page(
        of wallet: SolanaAddress,
        before: String? = nil,
        isFirst: Bool = false
    ) async throws(PastError) -> HeliusPage {
        guard case .ask = state.withLock({ $0.breaker.admit(at: stopwatch.elapsed) }) else {
            throw PastError(.skipped)
        }
        do throws(PastError) {
            let response = try await send(address(of: wallet, before: before, isFirst: isFirst))
            let page = try HeliusSource.page(in: response, of: wallet)
            state.withLock { $0.breaker.recordSuccess() }
            return page
        } catch {
            note(error)
            throw error
        }
    }

    private func address(of wallet: SolanaAddress, before: String?, isFirst: Bool) -> String {
        var address = "\(settings.base)/v0/addresses/\(wallet)/transactions?api-key=\(HeliusSource.escaped(key))"
        address += "&limit=\(isFirst ? 1 : settings.rowsPerPage)"
        if isFirst { address += "&sort-order=asc" }
        if let before { address += "&before-signature=\(HeliusSource.escaped(before))" }
        return address
    }

    private func send(_ address: String) async throws(PastError) -> HTTPResponse {
        let seconds = settings.pageLimit / .seconds(1)
        var limits = HTTPLimits()
        limits.connectSeconds = seconds
        limits.firstByteSeconds = seconds
        limits.idleSeconds = seconds
        limits.totalSeconds = seconds
        limits.bodyBytesMax = HeliusPage.bytesMax
        do throws(HTTPClientError) {
            return try await transport.send(
                HTTPRequest(.get, address, headers: ["Accept": "application/json"], limits: limits)
            )
        } catch {
            // Without the error's own words: the address has the key in it.
            throw PastError(HeliusSource.code(of: error.code))
        }
    }

    private static func page(in response: HTTPResponse, of wallet: SolanaAddress) throws(PastError) -> HeliusPage {
        switch response.status {
        case 200...299: break
        case 401, 403: throw PastError(.refused, "status \(response.status)")
        case 429: throw PastError(.rateLimited)
        default: throw PastError(.unavailable, "status \(response.status)")
        }
        do throws(HeliusPage.Problem) {
            return try HeliusPage(parsing: response.body, wallet: wallet.description)
        } catch {
            throw PastError(.malformed)
        }
    }

    private static func code(of code: HTTPClientError.Code) -> PastError.Code {
        switch code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
        case .bodyTooLarge, .headersTooLarge, .malformedResponse, .redirectRefused: .malformed
        case .hostRefused, .invalidRequest: .notSetUp
        case .cancelled, .closed: .cancelled
        default: .unreachable
        }
    }

    private func note(_ error: PastError) {
        let now = stopwatch.elapsed
        state.withLock { state in
            guard error.code != .cancelled else { return state.breaker.recordNothing(at: now) }
            state.breaker.recordFailure(
                at: now,
                retryAfter: nil,
                atOnce: error.code == .rateLimited || error.code == .refused,
                using: &state.random
            )
        }
    }

    /// Whatever has a meaning in an address is written as its number.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
