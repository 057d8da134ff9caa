import CryptoCallClient

/// One picture of the live screen: rates between two readings, the fullest mailboxes first.
struct TopPage {
    /// What the station said, and when it was asked.
    struct Reading {
        let status: Status
        let top: Top
        let seconds: Double
    }

    let previous: Reading?
    let current: Reading

    func lines(_ terminal: Terminal, hint: String? = nil) -> [String] {
        let status = current.status
        var lines = [
            [
                terminal.styled(Terminal.plain(status.name), .bold),
                terminal.styled(Terminal.plain(status.state), StatusPage.style(of: status.state)),
                "up \(Figures.duration(status.uptimeSeconds))",
                "actors \(status.actors.up)/\(status.actors.total)",
                "log \(status.log.offset)",
                StatusPage.output(status).map { terminal.styled($0, .yellow) },
            ]
            .compactMap { $0 }.joined(separator: "   "),
            resources(),
        ]
        lines += status.reasons.map { terminal.styled(Terminal.cut(Terminal.plain($0), to: terminal.width), .yellow) }
        lines.append("")
        let room = max(6, terminal.height == .max ? Int.max / 4 : terminal.height - lines.count - 4)
        let topics = topicTable(terminal)
        let shownTopics = topics.prefix(1 + max(4, room / 2))
        lines += shownTopics
        lines.append("")
        lines += mailboxTable(terminal).prefix(max(4, room - shownTopics.count))
        if let hint {
            lines.append("")
            lines.append(terminal.styled(hint, .dim))
        }
        return terminal.height == .max ? lines : Array(lines.prefix(terminal.height))
    }

    private func resources() -> String {
        var parts: [String] = []
        if let process = current.top.process {
            if let before = previous?.top.process, let elapsed, elapsed > 0 {
                parts.append(
                    "cpu \(Figures.fixed((process.cpuSeconds - before.cpuSeconds) / elapsed * 100, digits: 1)) %"
                )
            } else {
                parts.append("cpu \(Figures.duration(process.cpuSeconds)) in all")
            }
            parts.append("memory \(Figures.bytes(process.residentBytes))")
            parts.append("threads \(process.threads)")
        }
        if let peers = current.top.peers { parts.append("peers \(peers)") }
        if let sent = current.top.sent {
            let rate = rate(sent, previous?.top.sent).map { "\($0)/s" } ?? Figures.count(sent)
            parts.append("sent \(rate)")
        }
        parts.append("dropped \(Figures.count(current.status.bus.dropped))")
        return parts.joined(separator: "   ")
    }

    private func topicTable(_ terminal: Terminal) -> [String] {
        let before = Dictionary(
            (previous?.top.topics ?? []).map { ($0.topic, $0.published) },
            uniquingKeysWith: { first, _ in first }
        )
        var table = TextTable("topic", ">per second", ">published")
        let rows = current.top.topics.map { topic in
            (topic, topic.published - min(topic.published, before[topic.topic] ?? 0))
        }
        for (topic, moved) in rows.sorted(by: {
            ($1.1, $1.0.published, $0.0.topic) < ($0.1, $0.0.published, $1.0.topic)
        }) {
            table.add(
                .init(topic.topic),
                .init(previous == nil ? "-" : Figures.rate(Double(moved) / max(elapsed ?? 1, 0.001))),
                .init(Figures.count(topic.published))
            )
        }
        return table.lines(terminal)
    }

    private func mailboxTable(_ terminal: Terminal) -> [String] {
        var table = TextTable("mailbox", "topic", ">waiting", ">limit", ">taken", ">dropped")
        let boxes = current.top.mailboxes.sorted { first, second in
            (second.depth, second.dropped, second.taken, first.subscriber)
                < (first.depth, first.dropped, first.taken, second.subscriber)
        }
        for box in boxes {
            let isFull = box.limit > 0 && box.depth * 10 >= box.limit * 8
            table.add(
                .init(box.subscriber),
                .init(box.topic),
                .init("\(box.depth)", isFull ? .red : nil),
                .init("\(box.limit)"),
                .init(Figures.count(box.taken)),
                .init(Figures.count(box.dropped), box.dropped > 0 ? .yellow : nil)
            )
        }
        return table.lines(terminal)
    }

    private var elapsed: Double? { previous.map { current.seconds - $0.seconds } }

    private func rate(_ now: UInt64, _ before: UInt64?) -> String? {
        guard let before, let elapsed, elapsed > 0, now >= before else { return nil }
        return Figures.rate(Double(now - before) / elapsed)
    }
}
