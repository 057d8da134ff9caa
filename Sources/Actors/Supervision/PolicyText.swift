extension ChildSpec {
    /// The child's policy as it works out, in words, so that nobody has to compute it from several settings.
    package var policyText: String {
        var parts = [restart.rawValue]
        if restart != .temporary {
            if let limit { parts.append(limit.text) }
            parts.append(backoff.text)
            switch whenExhausted {
            case .escalate: break
            case .stop: parts.append("then stays down")
            case .degrade(let every): parts.append("then every \(every.text)")
            }
        }
        if let startTimeout { parts.append("ready within \(startTimeout.text)") }
        if let heartbeat {
            parts.append("progress every \(heartbeat.interval.text), at the latest after \(heartbeat.silenceMax.text)")
        }
        switch shutdown {
        case .brutal: parts.append("shut out at once")
        case .after(let grace): parts.append("stops within \(grace.text)")
        case .infinity: parts.append("stops in its own time")
        }
        if isSignificant { parts.append("significant") }
        return parts.joined(separator: ", ")
    }
}

extension SupervisorSpec {
    /// The supervisor's policy as it works out, in words.
    package var policyText: String {
        var parts = [strategy.rawValue, limit.text]
        if autoShutdown != .never { parts.append("auto_shutdown \(autoShutdown.rawValue)") }
        return parts.joined(separator: ", ")
    }
}

extension RestartLimit {
    fileprivate var text: String { "at most \(count) restarts in \(window.text)" }
}

extension Backoff {
    fileprivate var text: String {
        guard base > .zero else { return "at once" }
        let scatter = jitter > 0 ? " ±\(Int((jitter * 100).rounded())) %" : ""
        return "after \(base.text) ×\(factor) to \(cap.text)\(scatter), afresh after \(resetAfter.text)"
    }
}

extension Duration {
    /// Short and exact to the millisecond: `250 ms`, `5 s`, `2.5 s`.
    fileprivate var text: String {
        let milliseconds = nanosecondsSaturated / 1_000_000
        guard milliseconds >= 1_000 else { return "\(milliseconds) ms" }
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        return rest == 0 ? "\(seconds) s" : "\(Double(milliseconds) / 1_000) s"
    }
}
