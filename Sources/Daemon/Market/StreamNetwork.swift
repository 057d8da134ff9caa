import Actors
import HTTPClient
import Market
import Threading
import WebSocketClient

/// The way to the exchanges' streams, under the same rules as every other request that leaves the station.
final class StreamNetwork: StreamTransport {
    private struct State {
        var rules: HTTPClientConfig
        var connector: WebSocketConnector
    }

    private let state: Mutex<State>

    init(_ rules: HTTPClientConfig) {
        state = Mutex(State(rules: rules, connector: Self.connector(rules)))
    }

    /// New rules hold for the next connection; where they change how connections are made, open ones are cut.
    func replace(with rules: HTTPClientConfig) async {
        let old = state.withLock { state -> WebSocketConnector? in
            let isSame = WebSocketConnector.Settings(state.rules) == WebSocketConnector.Settings(rules)
            state.rules = rules
            guard !isSame else { return nil }
            defer { state.connector = Self.connector(rules) }
            return state.connector
        }
        await old?.shutdown()
    }

    func close() async { await state.withLock { $0.connector }.shutdown() }

    func run(
        _ address: String,
        opened: @escaping @Sendable (any StreamLine) -> Void,
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) async -> StreamEnding {
        let (rules, connector) = state.withLock { ($0.rules, $0.connector) }
        guard let url = WebSocketURL(address) else {
            return StreamEnding("the address is no WebSocket's", isUnavailable: true)
        }
        guard rules.allows(url.request) else {
            return StreamEnding("\(url.allowedHost) is not an allowed host", isUnavailable: true)
        }
        guard rules.proxy.isEmpty || rules.proxyExceptions.contains(url.host) else {
            return StreamEnding("streams do not go through a proxy", isUnavailable: true)
        }
        let ending = await connector.run(url, opened: { opened($0) }, receive: receive)
        return StreamEnding(
            ending.description,
            isUnavailable: ending.reason == .unavailable,
            retryAfter: ending.retryAfter
        )
    }

    private static func connector(_ rules: HTTPClientConfig) -> WebSocketConnector {
        WebSocketConnector(settings: WebSocketConnector.Settings(rules))
    }
}

extension WebSocketLine: StreamLine {}

extension WebSocketConnector.Settings {
    fileprivate init(_ rules: HTTPClientConfig) {
        self.init()
        openLimit = .seconds(rules.connectSeconds + rules.firstByteSeconds)
        caBundle = rules.caBundle
        userAgent = rules.userAgent
    }
}

extension MarketStreamsSettings {
    init(_ settings: MarketConfig) {
        let streams = settings.streams
        self.init(
            // What is played back is all that there is.
            exchanges: settings.replay.isEmpty
                ? streams.exchanges.map { Exchange(name: $0.rawValue, address: streams.endpoints[$0]) } : [],
            pairs: MarketDataSettings(settings).pairs,
            silenceMax: .seconds(streams.silenceSeconds)
        )
    }
}
