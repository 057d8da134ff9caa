import Glibc
package import Logging
import Threading

/// Sends the programme to one mount of an Icecast server, on a thread of its own.
package final class IcecastSource: BroadcastOutput {
    package let settings: IcecastSettings
    private let bitsPerSecond: Int
    private let logger: Logger
    private let thread: OutputThread
    let frames: FrameQueue
    private let song = Mutex<String?>(nil)
    private let current: Mutex<IcecastStatus>

    private static let queueSeconds = 5.0

    /// - Throws: `ThreadError` when the system refuses.
    package init(_ settings: IcecastSettings, bitsPerSecond: Int, logger: Logger) throws {
        self.settings = settings
        self.bitsPerSecond = bitsPerSecond
        self.logger = logger
        thread = try OutputThread()
        frames = FrameQueue(seconds: Self.queueSeconds, wakeUp: thread.wakeUp)
        current = Mutex(IcecastStatus(target: settings.label))
    }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    package func start() throws { try thread.start("icecast") { [self] in live() } }

    /// Tells it to end, without waiting.
    package func askToStop() { thread.askToStop() }

    /// Closes the connection and ends; blocks while a name is being looked up.
    package func stop() {
        thread.askToStop()
        thread.join()
    }

    /// Takes frames, from any one thread.
    package func append(_ new: [EncodedFrame], _ start: InitSegment) { frames.append(new, start) }

    /// Tells listeners what is on air; the server gets it again with each connection.
    ///
    /// It is sent in UTF-8. Icecast hands it to listeners in its mount's character set, which is ISO 8859-1 unless its
    /// configuration says `<charset>UTF-8</charset>`; there, other letters arrive as numbered entities.
    package func setSong(_ text: String) {
        song.withLock { $0 = text }
        thread.wakeUp.signal()
    }

    package var status: IcecastStatus {
        var status = current.withLock { $0 }
        status.droppedFrames = frames.dropped
        return status
    }

    // MARK: The thread

    private func live() {
        var policy = RestartPolicy(first: .seconds(1), longest: .seconds(15), resetAfter: .seconds(30))
        var attempts = 0
        while !thread.mustStop {
            setState(.waiting)
            guard waitForSound() else { break }
            let began = ContinuousClock.now
            var reason = "stopped"
            do {
                setState(.connecting)
                let addresses = try SocketAddress.resolve(settings.host, settings.port)
                guard !addresses.isEmpty else { throw ResolverError(text: "no address") }
                let address = addresses[attempts % addresses.count]
                attempts += 1
                reason = try serve(address)
            } catch {
                reason = "\(error)"
            }
            if thread.mustStop { break }
            failed(reason)
            let until = ContinuousClock.now.advanced(
                by: policy.delay(afterWorking: began.duration(to: .now), jitter: .random(in: 0...1))
            )
            while !thread.mustStop, ContinuousClock.now < until { thread.wait(ContinuousClock.now.duration(to: until)) }
            // Listeners are to hear what is on air now.
            frames.keepNewest(seconds: 1)
        }
        setState(.stopped)
    }

    /// A connection without sound would be closed by the server soon.
    private func waitForSound() -> Bool {
        while frames.isEmpty, !thread.mustStop { thread.wait(.seconds(1)) }
        return !thread.mustStop
    }

    /// One connection's life.
    ///
    /// - Returns: why it is over.
    private func serve(_ address: SocketAddress) throws -> String {
        let line = try SocketLine(address)
        line.outgoing.append(IcecastRequest.source(settings, bitsPerSecond: bitsPerSecond))
        if let refusal = try ask(line) { return refusal }
        current.withLock { status in
            status.state = .live
            status.reason = nil
            status.connects += 1
        }
        logger.notice("icecast mount is live", metadata: ["target": "\(settings.label)"])
        var metadata = IcecastMetadata(settings, address)
        var lastProgress = ContinuousClock.now
        let pendingMax = Int(Double(bitsPerSecond) / 8 * Self.queueSeconds)
        while !thread.mustStop {
            for queued in frames.takeAll() { line.outgoing.append(queued) }
            let sent = try line.send()
            current.withLock { $0.sentBytes += sent }
            if sent > 0 || line.outgoing.isEmpty { lastProgress = .now }
            if line.outgoing.count > pendingMax { return "the server takes less than the programme's bit rate" }
            if lastProgress.duration(to: .now) > settings.patience { return "the server takes nothing" }
            guard try line.receive() != nil else { return "the server closed the connection" }
            if let result = metadata.advance(song.withLock { $0 }) { note(result) }
            var descriptors = [line.wanted] + [metadata.wanted].compactMap { $0 }
            thread.wait(&descriptors, timeout: .seconds(1))
        }
        return "stopped"
    }

    /// Sends the request and reads the answer.
    ///
    /// - Returns: why it was refused.
    private func ask(_ line: SocketLine) throws -> String? {
        let until = ContinuousClock.now.advanced(by: settings.patience)
        var answer = IcecastAnswer()
        while !thread.mustStop {
            guard ContinuousClock.now < until else { return "the server did not answer" }
            var descriptors = [line.wanted]
            thread.wait(&descriptors, timeout: ContinuousClock.now.duration(to: until))
            guard descriptors[0].revents != 0 else { continue }
            _ = try line.send()
            guard let bytes = try line.receive() else { return "the server closed the connection" }
            switch answer.receive(bytes) {
            case .more: continue
            case .accepted: return nil
            case .refused(let reason): return reason
            }
        }
        return "stopped"
    }

    private func setState(_ state: IcecastStatus.State) { current.withLock { $0.state = state } }

    private func failed(_ reason: String) {
        let isNew = current.withLock { status in
            defer {
                status.state = .waiting
                status.reason = reason
            }
            return status.reason != reason
        }
        guard isNew else { return }
        logger.warning("icecast mount is not live", metadata: ["target": "\(settings.label)", "reason": "\(reason)"])
    }

    private func note(_ result: IcecastMetadata.Result) {
        current.withLock { status in
            status.song = result.song
            status.metadataFailure = result.failure
        }
        guard let failure = result.failure else { return }
        logger.warning("icecast metadata", metadata: ["target": "\(settings.label)", "reason": "\(failure)"])
    }
}
