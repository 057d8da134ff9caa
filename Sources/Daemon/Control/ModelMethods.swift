import Bus
import BusZeroMQ
import Chat
import Credits
import HTTPClient
import JSON
import LLM

/// `llm.*`: the language models, for operators.
struct ModelMethods {
    let desk: ModelDesk
    let settings: SettingsControl
    let now: @Sendable () -> Timestamp

    var all: [ControlMethod] {
        [
            .reading("llm.status", role: .viewer) { call throws(JSONRPCError) in try status(call.params) },
            .reading("llm.prices", role: .viewer) { call throws(JSONRPCError) in try prices(call.params) },
            .changing("llm.probe", role: .operator) { call throws(JSONRPCError) in try await probe(call.params) },
            .changing("llm.drain", role: .operator) { call throws(JSONRPCError) in try drain(call.params) },
        ]
    }

    private func status(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let (plan, router) = (desk.router.plan, desk.router)
        let (drained, now) = (router.drained, router.elapsed)
        let models = plan.catalogue.models.values.sorted { $0.name < $1.name }.map { model -> JSONValue in
            let standing = router.standing(of: model.target)
            return [
                "name": .string(model.name), "provider": .string(model.target.provider),
                "model": .string(model.target.model),
                "state": .string(drained.contains(model.target.provider) ? "drained" : standing.word),
                "untilSeconds": standing.pauseEnd.map { .double(max(.zero, $0 - now) / .seconds(1)) } ?? .null,
                "inFlight": .int(Int64(standing.inFlight)), "asked": .int(Int64(clamping: standing.asked)),
                "answered": .int(Int64(clamping: standing.answered)),
                "failed": .int(Int64(clamping: standing.failed)),
                "firstContentMilliseconds": standing.latency.map { .double($0 / .milliseconds(1)) } ?? .null,
                "lastFailure": standing.lastFailure.map { .string($0.description) } ?? .null,
            ]
        }
        return [
            "models": .array(models),
            "unavailable": .array(
                plan.catalogue.unavailable.sorted { $0.key < $1.key }.map { name, why in
                    ["name": .string(name), "reason": .string(why)]
                }
            ),
            "orders": .array(
                ModelTask.allCases.map { task in
                    let names = plan.catalogue.models(of: plan.catalogue.rungs(for: task)).map(\.name)
                    return ["task": .string(task.rawValue), "models": .array(names.map { .string($0) })]
                }
            ),
            "openChats": .int(Int64(desk.chat.openCount)),
        ]
    }

    private func prices(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only()
        let llm = settings.current.configuration.llm
        let (prices, notice) = (desk.chat.prices, settings.current.configuration.credits.priceNoticeDays)
        return [
            "asOf": .string(llm.pricesAsOf),
            "models": .array(
                llm.models.sorted { $0.key < $1.key }.map { name, model -> JSONValue in
                    let target = ModelTarget(provider: model.provider, model: model.model)
                    return [
                        "name": .string(name), "provider": .string(model.provider), "model": .string(model.model),
                        "ledger": .string(model.ledger), "creditsInput": .double(model.creditsInput),
                        "creditsOutput": .double(model.creditsOutput), "creditsCall": .int(Int64(model.creditsCall)),
                        "usdInput": .string(model.usdInput), "usdCached": .string(model.usdCached),
                        "usdOutput": .string(model.usdOutput), "usdSearch": .string(model.usdSearch),
                        "contextTokens": .int(Int64(model.contextTokens)),
                        "subscribers": noticed(prices[target]?.history, .seconds(notice * 86_400)),
                    ]
                }
            ),
        ]
    }

    /// What those pay who were there before a price rose, and for how long; null where that is what everybody pays.
    private func noticed(_ history: PriceHistory?, _ notice: Duration) -> JSONValue {
        let now = now()
        guard let history, let end = history.noticeEnd(notice, at: now) else { return .null }
        let price = history.price(notice: notice, joined: Timestamp(nanoseconds: 0), at: now)
        return [
            "creditsInput": .double(price.perInput), "creditsOutput": .double(price.perOutput),
            "creditsCall": .int(price.minimum), "until": .string("\(end)"),
        ]
    }

    private func probe(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("provider")
        let wanted = try params.optionalText("provider", sizeBytesMax: 64)
        let names = desk.router.plan.providers.map(\.name)
        if let wanted, !names.contains(wanted) { throw unknown(wanted) }
        var found: [JSONValue] = []
        for name in names where wanted == nil || wanted == name {
            guard let reachability = await desk.router.probe(name) else { continue }
            found.append([
                "provider": .string(name), "reachable": .bool(reachability.isReachable),
                "detail": .string(reachability.detail), "models": .int(Int64(reachability.models.count)),
            ])
        }
        return ["providers": .array(found)]
    }

    private func drain(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only("provider", "undo")
        let provider = try params.text("provider", sizeBytesMax: 64)
        let isDrained = !(try params.flag("undo", otherwise: false))
        guard desk.router.drain(provider, isDrained) else { throw unknown(provider) }
        return ["provider": .string(provider), "drained": .bool(isDrained)]
    }

    private func unknown(_ provider: String) -> JSONRPCError {
        let names = desk.router.plan.providers.map(\.name)
        return .badParameters(
            "provider",
            "no provider \"\(provider)\" can be asked; \(names.isEmpty ? "none has a key" : "there are \(names.joined(separator: ", "))")"
        )
    }
}

extension TargetBoard.Standing {
    /// How it is, in one word.
    fileprivate var word: String {
        switch breaker.state {
        case .closed: "ready"
        case .open: "open"
        case .probing: "probing"
        }
    }

    /// Until when it is left alone.
    fileprivate var pauseEnd: Duration? {
        if case .open(let until) = breaker.state { until } else { nil }
    }
}
