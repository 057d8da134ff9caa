import CryptoCallClient

/// The answer of `system.status` on one page.
enum StatusPage {
    static func lines(_ status: Status, _ terminal: Terminal) -> [String] {
        var rows: [(String, String)] = [
            ("state", terminal.styled(Terminal.plain(status.state), style(of: status.state)))
        ]
        rows += status.reasons.map { ("", Terminal.plain($0)) }
        rows += [
            ("version", "\(Terminal.plain(status.version))\(status.production ? ", production" : "")"),
            ("up", "\(Figures.duration(status.uptimeSeconds)), pid \(status.pid)"),
            ("actors", "\(status.actors.up) of \(status.actors.total) up"),
            ("bus", "\(Figures.count(status.bus.published)) published, \(Figures.count(status.bus.dropped)) dropped"),
            ("log", log(status.log)),
        ]
        if let market = status.market { rows.append(("market", self.market(market, terminal))) }
        rows.append(("output", output(status).map { terminal.styled($0, .yellow) } ?? "on"))
        if let reload = status.lastReload {
            let outcome = reload.applied ? "applied" : terminal.styled("refused, the old settings stay", .yellow)
            rows.append(("reload", "\(Terminal.plain(reload.time)) \(outcome)"))
        }
        rows.append(("epoch", Terminal.plain(status.epoch)))
        let title = terminal.styled(Terminal.plain(status.name), .bold)
        return [title] + rows.map { name, value in "  \(name)\(String(repeating: " ", count: 9 - name.count))\(value)" }
    }

    /// Why nobody speaks; `nil` while the programme goes out.
    static func output(_ status: Status) -> String? {
        if status.muted { return "muted" }
        return status.offAir == true ? "off the air" : nil
    }

    static func style(of state: String) -> Terminal.Style? {
        switch state {
        case "ok", "running": .green
        case "starting", "draining", "degraded", "waiting", "stopping", "queued": .yellow
        default: .red
        }
    }

    private static func log(_ log: Status.Log) -> String {
        log.offset == 0 ? "empty" : "offset \(log.offset), kept from \(log.oldestOffset)"
    }

    private static func market(_ market: Status.Market, _ terminal: Terminal) -> String {
        let source = market.source.map { "from \(Terminal.plain($0))" } ?? "no source"
        guard let age = market.ageSeconds else { return "\(source), no prices yet" }
        let text = "\(source), newest price \(Figures.duration(age)) old"
        return market.stale ? terminal.styled("\(text), stale", .yellow) : text
    }
}
