import Broadcast
import Glibc
import JSON
import Logging
import Playout
import PlayoutLink
import Telemetry
import Threading

/// Carries the programme out: gives its sound to the broadcaster, and what is known of it: titles, captions and targets.
///
/// Sound comes on the audio thread, everything else on the station's; what may take a while has a thread of its own.
final class Programme: ProgrammeSink, ProgrammeFollower {
    private let broadcaster: Broadcaster
    private let logger: Logger
    private let wakeUp: WakeUp
    private let wanted = Mutex<JSONValue?>(nil)
    /// The item that plays, for words whose times come later than it.
    private let current = Mutex<(id: String, at: Int64)?>(nil)

    /// - Parameters:
    ///   - settings: what to send where, besides what the daemon names.
    ///   - logger: of all outputs.
    /// - Throws: `BroadcastSettingsError`, `ThreadError`.
    init(_ settings: BroadcastSettings, logger: Logger) throws {
        self.logger = logger
        wakeUp = try WakeUp()
        broadcaster = try Broadcaster(settings, logger: logger)
    }

    /// Starts all outputs; once.
    ///
    /// - Throws: `ThreadError`.
    func start() throws {
        try broadcaster.start()
        // Lives as long as the process: connecting to servers and leaving them takes a second or more.
        _ = try OSThread(name: "targets") { self.followTargets() }
    }

    /// Lets out what was made; blocks for some seconds at most.
    func stop() { broadcaster.stop() }

    func push(_ samples: UnsafeBufferPointer<Float>) { broadcaster.push(samples) }

    func follow(_ news: ProgrammeNews) {
        switch news {
        case .item(let item, let frame, let at):
            let beginning = at - frame
            current.withLock { $0 = (item.id, beginning) }
            if !item.title.isEmpty { broadcaster.setMetadata(title: item.text, artist: item.title) }
            caption(item.words, since: beginning)
        case .words(let words, let id):
            guard let current = current.withLock({ $0 }), current.id == id else { return }
            caption(words, since: current.at)
        case .targets(let targets):
            wanted.withLock { $0 = targets }
            wakeUp.signal()
        case .metadata(let metadata):
            guard let title = metadata["title"]?.string else { return }
            broadcaster.setMetadata(title: title, artist: metadata["artist"]?.string ?? "")
        }
    }

    // MARK: Captions

    /// A line of a caption is read at once; it has about two lines of a screen.
    private static let lineCharactersMax = 64

    private func caption(_ words: [CaptionWord], since beginning: Int64) {
        var cues: [CaptionCue] = []
        var line: [CaptionWord] = []
        func end() {
            guard let first = line.first, let last = line.last else { return }
            cues.append(
                CaptionCue(
                    start: beginning + Int64(AudioFormat.frames(milliseconds: first.startMilliseconds)),
                    end: beginning + Int64(AudioFormat.frames(milliseconds: last.endMilliseconds)),
                    text: line.map(\.text).joined(separator: " ")
                )
            )
            line = []
        }
        for word in words {
            if line.map(\.text.count).reduce(line.count, +) + word.text.count > Programme.lineCharactersMax { end() }
            line.append(word)
        }
        end()
        if !cues.isEmpty { broadcaster.captions(cues) }
    }

    // MARK: Targets

    private func followTargets() {
        while true {
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, -1) > 0 else { continue }
            wakeUp.drain()
            guard let targets = wanted.withLock({ $0.take() }) else { continue }
            do {
                try broadcaster.replaceTargets(try TargetList(targets).push)
            } catch {
                logger.error("the targets cannot be used", metadata: [LogKey.error: "\(error)"])
            }
        }
    }
}

/// Where the programme is pushed to, as the daemon says it: `[{"name", "url", "key"}]`.
private struct TargetList {
    let push: [PushTargetSettings]

    /// - Throws: `LinkError` that names the field.
    init(_ value: JSONValue) throws(LinkError) {
        struct Target: Decodable {
            let name: String
            let url: String
            let key: String
        }
        push = try LinkCoding.decode([Target].self, from: value).map {
            PushTargetSettings(name: $0.name, url: $0.url, key: $0.key)
        }
    }
}
