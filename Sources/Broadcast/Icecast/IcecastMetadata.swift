import Glibc

/// Tells the server what is on air, by requests beside the stream that nobody waits for.
struct IcecastMetadata {
    struct Result {
        let song: String
        /// Why the server did not take it.
        let failure: String?
    }

    private let settings: IcecastSettings
    private let address: SocketAddress
    private var line: SocketLine?
    private var answer = IcecastAnswer()
    private var asking: String?
    /// What the server knows.
    private var told: String?
    /// When the answer must be there.
    private var until = ContinuousClock.now
    /// When the next request may be sent, after one that failed.
    private var notBefore = ContinuousClock.now

    private static let retryAfter = Duration.seconds(10)

    init(_ settings: IcecastSettings, _ address: SocketAddress) {
        self.settings = settings
        self.address = address
    }

    /// What to poll for.
    var wanted: pollfd? { line?.wanted }

    /// Goes on with the request that is under way, or begins the next.
    ///
    /// - Parameter song: what is on air now.
    /// - Returns: how a request ended.
    mutating func advance(_ song: String?) -> Result? {
        guard let asking else {
            if let song, song != told, ContinuousClock.now >= notBefore { begin(song) }
            return nil
        }
        do throws(SocketError) {
            if line == nil {
                line = try SocketLine(address)
                line?.outgoing.append(IcecastRequest.metadata(settings, song: asking))
                return nil
            }
            guard let line else { return nil }
            var descriptor = line.wanted
            guard poll(&descriptor, 1, 0) > 0 else {
                return ContinuousClock.now < until ? nil : end(asking, "the server did not answer")
            }
            _ = try line.send()
            guard let bytes = try line.receive() else { return end(asking, "the server closed the connection") }
            switch answer.receive(bytes) {
            case .more: return nil
            case .accepted: return end(asking, nil)
            case .refused(let reason): return end(asking, reason)
            }
        } catch {
            return end(asking, "\(error)")
        }
    }

    private mutating func begin(_ song: String) {
        asking = song
        answer = IcecastAnswer()
        until = ContinuousClock.now.advanced(by: settings.patience)
        do throws(SocketError) {
            let line = try SocketLine(address)
            line.outgoing.append(IcecastRequest.metadata(settings, song: song))
            self.line = line
        } catch {
            // Tried again at once by `advance`, which tells when that fails too.
            line = nil
        }
    }

    private mutating func end(_ song: String, _ failure: String?) -> Result {
        if failure == nil { told = song } else { notBefore = ContinuousClock.now.advanced(by: Self.retryAfter) }
        asking = nil
        line = nil
        return Result(song: song, failure: failure)
    }
}
