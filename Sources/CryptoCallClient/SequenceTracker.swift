internal import BusZeroMQ
import DequeModule

/// Keeps one subscription complete and in order: decisions only, no input or output.
///
/// Feed it the messages in the order of their arrival. It answers with what to do: hand an event out, tell of a loss,
/// ask the event log. While it waits for an answer (the last action was `replay` or `snapshot`) it must not be fed.
struct SequenceTracker {
    /// How far one full topic has come.
    struct Progress {
        /// `nil`: unknown in this epoch, so that the first event sets it.
        var seq: UInt64?
        /// Of the last durable event handled, across epochs.
        var offset: UInt64 = 0
        var delivery: Event.Delivery?
    }

    let prefix: [UInt8]
    /// A replay over more offsets than this asks for the one topic only, not for the whole prefix.
    private let narrowBeyond: UInt64
    private(set) var epoch: [UInt8] = []
    private(set) var epochs = 0
    var duplicates: UInt64 = 0
    private(set) var heartbeatSeconds = 1.0

    var topics: [ArraySlice<UInt8>: Progress] = [:]
    /// Everything of the prefix up to this offset has been handed out, or is not wanted.
    ///
    /// `nil` before the first welcome.
    var floor: UInt64?
    var highest: UInt64 = 0
    /// Whether this epoch's welcome has come, which says where every topic starts.
    var isBaselined = false
    /// Whether durable events from before this epoch's welcome are still to be read.
    var isCatchingUp = false
    var steps: Deque<TrackerStep> = []

    private var pastEpochs: Deque<[UInt8]> = []
    private var highestBeforeEpoch: UInt64 = 0
    private var lastBeatMilliseconds: UInt64?
    private var hasAnsweredGoodbye = false

    /// - Parameters:
    ///   - prefix: of the full topics.
    ///   - since: asks for durable events from that offset on; without it the stream starts with what comes next.
    ///   - narrowBeyond: in offsets.
    init(prefix: String, since: UInt64? = nil, narrowBeyond: UInt64 = 100_000) {
        self.prefix = Array(prefix.utf8)
        self.narrowBeyond = narrowBeyond
        floor = since.map { max($0, 1) - 1 }
    }

    var prefixText: String { String(decoding: prefix, as: UTF8.self) }

    /// Whether an answer is awaited.
    var isWaiting: Bool { !steps.isEmpty }

    /// The quick way: takes the event if it simply is the next of its topic, otherwise it must be fed.
    mutating func takeInOrder(_ event: borrowing Event) -> Bool {
        guard let index = topics.index(forKey: event.topicBytes), let seq = topics.values[index].seq,
            event.seq == seq &+ 1, event.epochBytes.elementsEqual(epoch)
        else { return false }
        if let offset = event.offset {
            if isCatchingUp || offset <= topics.values[index].offset || offset <= floor ?? 0 { return false }
            topics.values[index].offset = offset
            highest = max(highest, offset)
        }
        topics.values[index].seq = event.seq
        topics.values[index].delivery = event.delivery
        return true
    }

    /// Takes the next message of the subscription.
    mutating func feed(_ event: Event) -> [TrackerAction] {
        if event.seq == 0 { return takeUnnumbered(event) }
        guard enter(event.epochBytes) else { return [.deliver(event)] }
        steps.append(.held(HeldEvent(event)))
        var actions: [TrackerAction] = []
        run(&actions)
        return actions
    }

    // MARK: Messages about the stream

    private mutating func takeUnnumbered(_ event: Event) -> [TrackerAction] {
        // They are handed out only to whoever asks for them by name.
        let isWanted = prefix.starts(with: "system.".utf8) && event.topicBytes.starts(with: prefix)
        guard let message = StreamMessage(event) else { return isWanted ? [.deliver(event)] : [] }
        guard enter(message.epoch) else { return [] }
        var actions: [TrackerAction] = []
        if message.kind != .goodbye {
            take(message, &actions)
        } else if !hasAnsweredGoodbye {
            hasAnsweredGoodbye = true
            actions.append(.answerGoodbye)
        }
        if isWanted, message.kind != .welcome, !isWaiting { actions.append(.deliver(event)) }
        return actions
    }

    private mutating func take(_ message: StreamMessage, _ actions: inout [TrackerAction]) {
        let isOwn = message.kind == .welcome && message.isAnswer(toPrefix: prefix)
        if isOwn, let seconds = message.heartbeatSeconds { heartbeatSeconds = seconds }
        if isOwn, hasAnsweredGoodbye {
            hasAnsweredGoodbye = false
            actions.append(.expectGoodbye)
        }
        if isOwn, !isBaselined { planCatchUp(through: message.offset) }
        steps.append(.check(SequenceCheck(message, isOwnWelcome: isOwn)))
        if isOwn || message.kind == .heartbeat {
            let last = lastBeatMilliseconds
            lastBeatMilliseconds = message.milliseconds
            // One that is missing took with it what it said of topics that have been quiet since.
            let isContiguous =
                last.map { Double(message.milliseconds) - Double($0) <= heartbeatSeconds * 1250 } ?? false
            if isOwn || isContiguous {
                steps.append(.complete)
            } else if isBaselined {
                actions.append(.resubscribe(prefix: prefixText))
            }
        }
        run(&actions)
    }

    /// Moves to the epoch.
    ///
    /// - Returns: `false` for a message left over from an earlier one.
    private mutating func enter(_ newEpoch: ArraySlice<UInt8>) -> Bool {
        if newEpoch.elementsEqual(epoch) { return true }
        if pastEpochs.contains(where: { newEpoch.elementsEqual($0) }) { return false }
        if epochs > 0 {
            pastEpochs.append(epoch)
            if pastEpochs.count > 8 { pastEpochs.removeFirst() }
        }
        isCatchingUp = floor != nil
        epoch = Array(newEpoch)
        epochs += 1
        highestBeforeEpoch = highest
        isBaselined = false
        lastBeatMilliseconds = nil
        for index in topics.values.indices { topics.values[index].seq = nil }
        return true
    }

    /// The first welcome of an epoch: what the log gained while nobody listened comes first.
    private mutating func planCatchUp(through offset: UInt64) {
        guard var from = floor else {
            floor = offset
            return
        }
        if epochs == 1 {
            from = min(from, offset)  // a `since` ahead of the log waits for what comes
        } else if offset < highestBeforeEpoch {
            // Positions never go back, so this is another log: everything in it is new.
            from = 0
            highest = 0
            for index in topics.values.indices { topics.values[index].offset = 0 }
        }
        floor = from
        if isCatchingUp, offset > from {
            steps.append(.replay(ReplayStep(prefix: prefix, from: from + 1, through: offset, catchesUp: true)))
        }
    }

    /// What has to be read before a durable event may be handed out; `nil` when nothing.
    func repair(_ progress: Progress, of event: Event, offset: UInt64, missing: UInt64) -> ReplayStep? {
        let from: UInt64
        var wanted = prefix
        if isCatchingUp {
            from = (floor ?? 0) + 1
        } else if missing > 0 {
            from = max(progress.offset, floor ?? 0) + 1
            if offset > from, offset - from > narrowBeyond { wanted = Array(event.topicBytes) }
        } else {
            return nil
        }
        guard from < offset else { return nil }
        return ReplayStep(prefix: wanted, from: from, through: offset - 1, catchesUp: isCatchingUp)
    }
}
