import HTTPClient

/// How CoinGecko is asked: at which of its hosts and with which key, and how much that allows.
///
/// A key of one kind is refused at the other host, so the two go together.
package enum CoinGeckoAccess: Hashable, Sendable {
    case keyless
    case demo(key: String)
    case pro(key: String)

    package var defaultBase: String {
        switch self {
        case .keyless, .demo: "https://api.coingecko.com"
        case .pro: "https://pro-api.coingecko.com"
        }
    }

    /// Every request counts, failed ones too.
    ///
    /// Below what the provider's pages say, because they disagree; for the paid plans those of the smallest hold.
    package var defaultAllowance: WeightAllowance {
        switch self {
        case .keyless: WeightAllowance([.perMinute(5), .perMonth(10_000)])
        case .demo: WeightAllowance([.perMinute(25), .perMonth(10_000)])
        case .pro: WeightAllowance([.perMinute(250), .perMonth(100_000)])
        }
    }

    /// Without a paid plan its answers are a minute old at most, and what they tell of was gathered a while before that.
    var quoteAgeMax: Duration? {
        switch self {
        case .keyless, .demo: .seconds(180)
        case .pro: nil
        }
    }

    var headers: HTTPHeaders {
        switch self {
        case .keyless: [:]
        case .demo(let key): ["x-cg-demo-api-key": key]
        case .pro(let key): ["x-cg-pro-api-key": key]
        }
    }
}

extension CoinGeckoAccess: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key.
    package var description: String {
        switch self {
        case .keyless: "keyless"
        case .demo: "demo key"
        case .pro: "pro key"
        }
    }

    package var debugDescription: String { description }
}
