import CryptoCallClient

/// Language models as people read them.
enum ModelLines {
    static func status(_ status: ModelsStatus, _ terminal: Terminal) -> [String] {
        var lines: [String] = []
        if status.models.isEmpty {
            lines.append("no model can be asked; the hosts speak from templates")
        } else {
            var table = TextTable("MODEL", "PROVIDER", "STATE", "NOW", "ASKED", "FAILED", "FIRST WORD", "LAST FAILURE")
            for model in status.models {
                let pause = model.untilSeconds.map { " \(Int($0.rounded(.up))) s" } ?? ""
                table.add(
                    .init(model.name),
                    .init("\(model.provider)/\(model.model)"),
                    .init(model.state + pause),
                    .init("\(model.inFlight)"),
                    .init("\(model.asked)"),
                    .init("\(model.failed)"),
                    .init(model.firstContentMilliseconds.map { "\(Int($0.rounded())) ms" } ?? "-"),
                    .init(model.lastFailure ?? "-")
                )
            }
            lines += table.lines(terminal)
        }
        let orders = status.orders.filter { !$0.models.isEmpty }
        if !orders.isEmpty {
            lines += [""] + PairLines.lines(orders.map { ($0.task, $0.models.joined(separator: ", then ")) })
        }
        if !status.unavailable.isEmpty {
            lines += [""]
            lines += status.unavailable.map {
                "\(Terminal.plain($0.name)) cannot be asked: \(Terminal.plain($0.reason))"
            }
        }
        if status.openChats > 0 { lines += ["", "\(status.openChats) calls of users under way"] }
        return lines
    }

    static func probe(_ probe: ModelsProbe, _ terminal: Terminal) -> [String] {
        guard !probe.providers.isEmpty else { return ["no provider can be asked"] }
        var table = TextTable("PROVIDER", "REACHABLE", "MODELS", "ANSWER")
        for provider in probe.providers {
            table.add(
                .init(provider.provider),
                .init(provider.reachable ? "yes" : "no"),
                .init("\(provider.models)"),
                .init(provider.detail)
            )
        }
        return table.lines(terminal)
    }

    static func prices(_ prices: ModelPrices, _ terminal: Terminal) -> [String] {
        var table = TextTable(
            "MODEL",
            "PROVIDER",
            "CREDITS IN",
            "OUT",
            "CALL",
            "USD IN",
            "CACHED",
            "OUT",
            "SEARCH",
            "LEDGER"
        )
        for model in prices.models {
            table.add(
                .init(model.name),
                .init("\(model.provider)/\(model.model)"),
                .init(number(model.creditsInput)),
                .init(number(model.creditsOutput)),
                .init("\(model.creditsCall)"),
                .init(model.usdInput),
                .init(model.usdCached),
                .init(model.usdOutput),
                .init(model.usdSearch),
                .init(model.ledger)
            )
        }
        let notices = prices.models.compactMap { model in
            model.subscribers.map { notice in
                let price = "\(number(notice.creditsInput)), \(number(notice.creditsOutput)) and \(notice.creditsCall)"
                return "\(Terminal.plain(model.name)): subscribers pay \(price) until \(JobPage.time(notice.until))"
            }
        }
        return table.lines(terminal) + (notices.isEmpty ? [] : [""] + notices)
            + ["", "credits for 1000 tokens, dollars for 1 000 000 and for 1000 searches; as of \(prices.asOf)"]
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e9 ? "\(Int(value))" : "\(value)"
    }
}
