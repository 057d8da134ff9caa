/// The models that there are, what is known of them, and in which order they are asked.
package struct ModelCatalogue: Hashable, Sendable {
    /// One model, as the settings describe it.
    package struct Model: Hashable, Sendable {
        /// What the settings, and our clients, call it.
        package let name: String
        package let target: ModelTarget
        package var traits = ModelTraits()
        /// The most tokens of one answer.
        package var outputTokensMax = 8192
        /// The most tokens of request and answer together.
        package var contextTokens = 128_000
        /// How long it may take until it says something, where that is another time than for the others.
        package var firstContent: Duration?
        /// What a million tokens cost us.
        package var cost = ModelCost()

        package init(name: String, target: ModelTarget) {
            self.name = name
            self.target = target
        }
    }

    /// By name.
    package let models: [String: Model]
    /// By task; names of models, those that are not there left out.
    package let orders: [ModelTask: [ModelRung]]
    /// Why a model that the settings name cannot be asked, such as a provider without a key.
    package let unavailable: [String: String]
    private let byTarget: [ModelTarget: Model]

    package init(models: [Model], orders: [ModelTask: [ModelRung]], unavailable: [String: String] = [:]) {
        self.models = Dictionary(models.map { ($0.name, $0) }) { first, _ in first }
        self.orders = orders
        self.unavailable = unavailable
        byTarget = Dictionary(models.map { ($0.target, $0) }) { first, _ in first }
    }

    package subscript(target: ModelTarget) -> Model? { byTarget[target] }

    /// Whom to ask for a task, in this order.
    package func rungs(for task: ModelTask) -> [ModelRung] { orders[task] ?? orders[.chat] ?? [] }

    /// Those of some rungs that can hold a request.
    ///
    /// - Parameters:
    ///   - tokens: about how many the request has.
    ///   - rungs: in the order in which they are asked.
    /// - Returns: the same without models that are too small; all of them when none is large enough, so that they say so.
    func holding(_ tokens: Int, of rungs: [ModelRung]) -> [ModelRung] {
        let large = rungs.compactMap { $0.keeping { tokens < self[$0]?.contextTokens ?? .max } }
        return large.isEmpty ? rungs : large
    }

    /// The models of some rungs.
    package func models(of rungs: [ModelRung]) -> [Model] {
        rungs.flatMap(\.members).compactMap { self[$0.target] }
    }
}

/// What a model costs us, in 1e-10 USD for each token: a dollar for a million tokens is 10 000 of it.
package struct ModelCost: Hashable, Sendable {
    package var input: Int64 = 0
    package var cacheRead: Int64 = 0
    package var cacheWrite: Int64 = 0
    package var output: Int64 = 0
    /// For each search, and not for a token.
    package var search: Int64 = 0

    package init(
        input: Int64 = 0,
        cacheRead: Int64 = 0,
        cacheWrite: Int64 = 0,
        output: Int64 = 0,
        search: Int64 = 0
    ) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.search = search
    }

    /// What a call has cost, in 1e-10 USD: as the provider says, or by its prices.
    package func ticks(of usage: ModelUsage) -> Int64 {
        if let told = usage.costTicks { return told }
        return Int64(usage.inputUncached) * input + Int64(usage.cacheRead) * cacheRead
            + Int64(usage.cacheWrite) * cacheWrite + Int64(usage.output) * output + Int64(usage.searches) * search
    }
}
