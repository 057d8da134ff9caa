import CryptoCallClient

/// What listeners hear, as operators read it.
enum OnAirLines {
    static func status(_ status: OnAirStatus, _ terminal: Terminal) -> [String] {
        let outputs = status.playout?.outputs
        var lines = PairLines.lines([
            ("voice", status.reason.map { "off: \($0)" } ?? status.voices.joined(separator: ", ")),
            ("muted", status.muted ? "yes" : nil),
            ("hosts", status.offAir == true ? "off the air, until \"onair start\"" : nil),
            ("playout", status.playout.map(playout) ?? "away"),
            ("ahead", "\(seconds(status.aheadSeconds)) in \(status.waiting) segments that wait"),
            ("on air", status.segment.map { "\($0.host): \($0.text)" } ?? "nobody speaks"),
            ("stream", outputs.map(stream)),
            (
                "recording",
                outputs?.recording.map { $0.failure ?? "\($0.file ?? "waits"), \($0.bytes / 1_000_000) MB written" }
            ),
            ("kept from", status.targetsOff.flatMap { $0.isEmpty ? nil : $0.joined(separator: ", ") }),
            ("targets", outputs?.refusal.map { "not those of the settings: \($0)" }),
        ])
        lines += targets(outputs?.targets ?? [], terminal)
        guard !status.engines.isEmpty else { return lines }
        var table = TextTable("ENGINE", "STATE", ">ANSWERED", ">FAILED", "REASON")
        for engine in status.engines {
            table.add(
                .init(engine.name),
                .init(engine.state.replacing("_", with: " "), engine.state == "ready" ? nil : .yellow),
                .init("\(engine.answered)"),
                .init("\(engine.failed)"),
                .init(engine.reason ?? engine.lastFailure ?? "-")
            )
        }
        lines += [""] + table.lines(terminal)
        return lines
    }

    private static func playout(_ playout: OnAirStatus.Playout) -> String {
        var parts = [playout.standby ? "on standby" : "plays"]
        parts.append("\(playout.items) items wait")
        if playout.muted { parts.append("muted") }
        if playout.delay { parts.append("delayed") }
        if let level = playout.levelDecibels { parts.append("\(Int(level.rounded())) dBFS") }
        if let silent = playout.silentSeconds, silent >= 1 { parts.append("silent for \(seconds(silent))") }
        if playout.lateBlocks > 0 { parts.append("\(playout.lateBlocks) late blocks") }
        return parts.joined(separator: ", ")
    }

    private static func stream(_ outputs: OnAirStatus.Outputs) -> String {
        let loudness = outputs.integratedLUFS.map { " at \(($0 * 10).rounded() / 10) LUFS" } ?? ""
        let age = outputs.segmentAgeSeconds.map { ", newest part \(seconds($0)) old" } ?? ""
        return outputs.trouble ?? "encoder \(outputs.encoder)\(loudness)\(age)"
    }

    private static func targets(_ targets: [OnAirStatus.Outputs.Target], _ terminal: Terminal) -> [String] {
        guard !targets.isEmpty else { return [] }
        var table = TextTable("TARGET", "KIND", "STATE", ">CONNECTS", "URL", "REASON")
        for target in targets {
            table.add(
                .init(target.name),
                .init(target.kind),
                .init(target.state, target.state == "live" ? .green : .yellow),
                .init("\(target.connects)"),
                .init(target.url),
                .init(target.reason ?? "-")
            )
        }
        return [""] + table.lines(terminal)
    }

    static func bed(_ answer: OnAirBed) -> [String] {
        switch answer.bed {
        case nil: ["the bed is that of the settings again"]
        case "own": ["the bed is the station's own"]
        case let path?: ["the bed is \(Terminal.plain(path)); when it cannot be played, the station's own plays"]
        }
    }

    static func delay(_ answer: OnAirDelay) -> [String] {
        [answer.delay ? "listeners hear everything ten seconds later from now on" : "listeners hear everything at once"]
    }

    static func queue(_ queue: OnAirQueue, _ terminal: Terminal) -> [String] {
        segments(queue, terminal) + parts(queue, terminal)
    }

    private static func parts(_ queue: OnAirQueue, _ terminal: Terminal) -> [String] {
        guard let part = queue.part else { return [] }
        var table = TextTable("PART", "HOST", "FROM", "TO")
        for (place, part) in ([part] + (queue.parts ?? [])).enumerated() {
            table.add(
                .init(part.kind, place == 0 ? .green : nil),
                .init(part.host),
                .init(JobPage.time(part.beganAt)),
                .init(JobPage.time(part.endsAt))
            )
        }
        return [""] + table.lines(terminal)
    }

    private static func segments(_ queue: OnAirQueue, _ terminal: Terminal) -> [String] {
        guard !queue.segments.isEmpty else { return ["nothing waits to be heard"] }
        var table = TextTable("STATE", "HOST", "KIND", "WRITTEN", "TEXT")
        for segment in queue.segments {
            table.add(
                .init(segment.state, segment.state == "airing" ? .green : nil),
                .init(segment.host),
                .init(segment.kind),
                .init(JobPage.time(segment.writtenAt)),
                .init(segment.text)
            )
        }
        let more = Int(queue.count) - queue.segments.count
        let end = "\(seconds(queue.aheadSeconds)) ahead" + (more > 0 ? ", and \(more) more segments" : "")
        return table.lines(terminal) + ["", end]
    }

    static func said(_ said: OnAirSaid) -> [String] {
        let wait = said.aheadSeconds.map { "; \(seconds($0)) until it has been heard" } ?? ""
        return ["\(Terminal.plain(said.host)) says it\(wait)", "segment \(Terminal.plain(said.segment))"]
    }

    static func skipped(_ skipped: OnAirSkipped) -> [String] {
        let what = skipped.segment.map { "segment \($0)" } ?? "item \(skipped.item)"
        let more = skipped.removed > 0 ? ", with \(skipped.removed) more items" : ""
        return ["broken off: \(Terminal.plain(what))\(more)"]
    }

    private static func seconds(_ value: Double) -> String { "\(Int(value.rounded())) s" }
}
