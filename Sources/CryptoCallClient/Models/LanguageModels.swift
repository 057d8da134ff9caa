/// The result of `llm.status`.
public struct ModelsStatus: Codable, Hashable, Sendable {
    public struct Model: Codable, Hashable, Sendable {
        public let name: String
        public let provider: String
        /// What the provider calls it.
        public let model: String
        /// `ready`, `open` (left alone for a while), `probing` or `drained`.
        public let state: String
        /// How long it is still left alone.
        public let untilSeconds: Double?
        public let inFlight: Int64
        public let asked: Int64
        public let answered: Int64
        public let failed: Int64
        /// How long it takes to say something, on the whole.
        public let firstContentMilliseconds: Double?
        public let lastFailure: String?
    }

    /// A model that is configured and cannot be asked.
    public struct Missing: Codable, Hashable, Sendable {
        public let name: String
        public let reason: String
    }

    /// Whom a task asks, the first first.
    public struct Order: Codable, Hashable, Sendable {
        public let task: String
        public let models: [String]
    }

    public let models: [Model]
    public let unavailable: [Missing]
    public let orders: [Order]
    /// Calls of users under way.
    public let openChats: Int64
}

/// The result of `llm.probe`.
public struct ModelsProbe: Codable, Hashable, Sendable {
    public struct Provider: Codable, Hashable, Sendable {
        public let provider: String
        public let reachable: Bool
        public let detail: String
        /// How many models it says it has.
        public let models: Int64
    }

    public let providers: [Provider]
}

/// The result of `llm.drain`.
public struct ModelsDrain: Codable, Hashable, Sendable {
    public let provider: String
    public let drained: Bool
}

/// The result of `llm.prices`.
public struct ModelPrices: Codable, Hashable, Sendable {
    public struct Model: Codable, Hashable, Sendable {
        public let name: String
        public let provider: String
        public let model: String
        /// Under which name the ledger keeps its charges.
        public let ledger: String
        /// Credits for a thousand tokens.
        public let creditsInput: Double
        public let creditsOutput: Double
        /// Credits for each call.
        public let creditsCall: Int64
        /// US dollars for a million tokens.
        public let usdInput: String
        public let usdCached: String
        public let usdOutput: String
        /// US dollars for a thousand searches.
        public let usdSearch: String
        public let contextTokens: Int64
        /// What subscribers pay for some time yet, where it is less.
        public let subscribers: Notice?
    }

    /// A price that has risen, and has not reached everybody.
    public struct Notice: Codable, Hashable, Sendable {
        public let creditsInput: Double
        public let creditsOutput: Double
        public let creditsCall: Int64
        /// From when on everybody pays the price of the settings.
        public let until: String
    }

    /// The day on which the prices were read.
    public let asOf: String
    public let models: [Model]
}
