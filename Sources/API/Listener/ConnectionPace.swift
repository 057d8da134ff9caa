/// How long a connection may keep the listener waiting, as a value.
///
/// Time runs against a peer that drips a head or a body byte by byte, or does not read its answer: what counts is when a
/// step is complete, not when the last byte came.
struct ConnectionPace: Hashable, Sendable {
    struct Limits: Hashable, Sendable {
        /// From connecting to the end of the first head.
        var firstHead: Duration = .seconds(10)
        /// From an answer to the end of the next head.
        var nextHead: Duration = .seconds(75)
        /// From the end of a head to the end of its body.
        var body: Duration = .seconds(60)
        /// For as long as what is written may not go out at all.
        var stalledAnswer: Duration = .seconds(30)
        /// What may still come of a body that was answered before its end: nobody needs it any more, and it is read only
        /// so that a peer which is in the middle of sending gets to see the answer.
        var bytesAfterAnswer = 1024 * 1024
    }

    private enum Reading: Hashable {
        case head(until: Duration)
        case body(until: Duration)
        /// The request is complete; its answer takes the time it takes.
        case nothing
    }

    private let limits: Limits
    private var reading: Reading
    private var stalledUntil: Duration?
    /// Requests whose answer is not complete.
    private var open = 0
    private var bytesAfterAnswer = 0

    /// - Parameters:
    ///   - limits: how long each step may take.
    ///   - now: the moment of connecting; moments are durations since some fixed start.
    init(limits: Limits = Limits(), at now: Duration) {
        self.limits = limits
        reading = .head(until: now + limits.firstHead)
    }

    mutating func readHead(at now: Duration) {
        open += 1
        reading = .body(until: now + limits.body)
        bytesAfterAnswer = 0
    }

    mutating func readBody(_ count: Int, at now: Duration) {
        guard open == 0, case .body = reading else { return }
        bytesAfterAnswer += count
        if bytesAfterAnswer > limits.bytesAfterAnswer { reading = .body(until: now) }
    }

    mutating func readEnd() { reading = .nothing }

    mutating func wroteEnd(at now: Duration) {
        open = max(0, open - 1)
        // An answer may be complete before its request is; the body is then still awaited.
        if open == 0, reading == .nothing { reading = .head(until: now + limits.nextHead) }
    }

    mutating func becameWritable(_ isWritable: Bool, at now: Duration) {
        stalledUntil = isWritable ? nil : now + limits.stalledAnswer
    }

    /// Requests whose answer is not complete.
    var openCount: Int { open }

    /// When patience ends; `nil` while nothing is awaited from the peer.
    var deadline: Duration? {
        let step: Duration? =
            switch reading {
            case .head(let until), .body(let until): until
            case .nothing: nil
            }
        return [step, stalledUntil].compactMap(\.self).min()
    }
}
