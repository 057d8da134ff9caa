import DequeModule

extension SequenceTracker {
    // MARK: Answers

    /// Takes a page of the event log.
    mutating func replayed(_ page: ReplayPage) -> [TrackerAction] {
        guard case .replay(var step)? = steps.popFirst() else { return [] }
        var actions: [TrackerAction] = []
        if page.oldest > step.next { noteAged(&step, oldest: page.oldest, &actions) }
        for event in page.events {
            guard let offset = event.offset, offset >= step.next, offset <= step.through else { continue }
            takeReplayed(event, offset: offset, step, &actions)
        }
        if page.isComplete || page.next > step.through {
            step.isDone = true
        } else if page.next <= step.next {
            noteFailure(&step, "the replay does not advance", &actions)
        }
        step.next = max(step.next, page.next)
        steps.prepend(.replay(step))
        run(&actions)
        return actions
    }

    /// Takes the answer that the position asked for is no longer in the log.
    mutating func agedOut(oldest: UInt64) -> [TrackerAction] {
        guard case .replay(var step)? = steps.popFirst() else { return [] }
        var actions: [TrackerAction] = []
        if oldest <= step.next {
            noteFailure(&step, "the replay does not advance", &actions)
        } else {
            noteAged(&step, oldest: oldest, &actions)
            step.next = oldest
            step.isDone = oldest > step.through
        }
        steps.prepend(.replay(step))
        run(&actions)
        return actions
    }

    /// Takes the newest state events.
    mutating func snapshotted(_ events: [Event]) -> [TrackerAction] {
        guard case .snapshot(var step)? = steps.popFirst() else { return [] }
        var actions: [TrackerAction] = []
        for event in events where step.behind[event.topicBytes] != nil {
            guard let index = topics.index(forKey: event.topicBytes) else { continue }
            topics.values[index].delivery = .state
            if event.epochBytes.elementsEqual(epoch), event.seq > topics.values[index].seq ?? 0 {
                topics.values[index].seq = event.seq
                actions.append(.deliver(event))
            }
        }
        step.isDone = true
        steps.prepend(.snapshot(step))
        run(&actions)
        return actions
    }

    /// Takes the news that the log cannot be asked: the loss is told, and the stream goes on.
    mutating func failed(_ why: String) -> [TrackerAction] {
        var actions: [TrackerAction] = []
        switch steps.popFirst() {
        case .replay(var step)?:
            noteFailure(&step, why, &actions)
            steps.prepend(.replay(step))
        case .snapshot(var step)?:
            step.isDone = true
            step.hasFailed = true
            steps.prepend(.snapshot(step))
        case let other?: steps.prepend(other)
        case nil: break
        }
        run(&actions)
        return actions
    }

    // MARK: Working through the steps

    /// Does what can be done without asking anybody.
    mutating func run(_ actions: inout [TrackerAction]) {
        while let step = steps.popFirst() {
            switch step {
            case .held(var held):
                if let repair = admit(&held, &actions) {
                    steps.prepend(.held(held))
                    steps.prepend(.replay(repair))
                }
            case .check(let check):
                steps.prepend(contentsOf: compare(check, &actions))
            case .complete:
                floor = max(floor ?? 0, highest)
            case .replay(let replay) where replay.isDone:
                finish(replay, &actions)
            case .snapshot(let snapshot) where snapshot.isDone:
                steps.prepend(contentsOf: finish(snapshot))
            case .replay(let replay):
                let prefix = String(decoding: replay.prefix, as: UTF8.self)
                actions.append(.replay(prefix: prefix, from: replay.next, through: replay.through))
                steps.prepend(step)
                return
            case .snapshot(let snapshot):
                actions.append(.snapshot(prefix: String(decoding: snapshot.prefix, as: UTF8.self)))
                steps.prepend(step)
                return
            }
        }
    }

    /// Hands an event out, or says what has to be read first.
    private mutating func admit(_ held: inout HeldEvent, _ actions: inout [TrackerAction]) -> ReplayStep? {
        let event = held.event
        let name = key(event.topicBytes)
        var progress = topics[name] ?? Progress(seq: isBaselined ? 0 : nil)
        defer { topics[name] = progress }
        progress.delivery = event.delivery
        let last = progress.seq ?? event.seq - 1
        if event.seq <= last || event.offset.map({ $0 <= progress.offset }) ?? false {
            progress.seq = max(last, event.seq)
            duplicates += 1
            return nil
        }
        let missing = event.seq - 1 - last
        if let offset = event.offset, !held.isTried {
            // Logged before the welcome, sent after it: the stream is complete only up to here.
            if let known = floor, offset <= known { floor = offset - 1 }
            held.isTried = true
            if let repair = repair(progress, of: event, offset: offset, missing: missing) { return repair }
        }
        if missing > 0, event.delivery != .state {
            lose(name, missing, event.delivery, event.offset == nil ? .missed : held.reason, &actions)
        }
        progress.seq = event.seq
        if let offset = event.offset {
            progress.offset = offset
            highest = max(highest, offset)
            if isCatchingUp, floor == offset - 1 { floor = offset }
        }
        actions.append(.deliver(event))
        return nil
    }

    private mutating func takeReplayed(
        _ event: Event,
        offset: UInt64,
        _ step: ReplayStep,
        _ actions: inout [TrackerAction]
    ) {
        guard event.topicBytes.starts(with: step.prefix) else { return }
        let name = key(event.topicBytes)
        var progress = topics[name] ?? Progress(seq: isBaselined ? 0 : nil)
        defer { topics[name] = progress }
        guard offset > progress.offset else { return }
        if event.epochBytes.elementsEqual(epoch) {
            if let seq = progress.seq, event.seq > seq, event.seq - seq > 1, !step.catchesUp {
                // What is missing lies before this replay: the topic's own repair asks from further back.
                if max(progress.offset, floor ?? 0) + 1 < step.first { return }
                lose(name, event.seq - 1 - seq, .durable, step.reason, &actions)
            }
            progress.seq = max(progress.seq ?? 0, event.seq)
        }
        progress.offset = offset
        progress.delivery = .durable
        highest = max(highest, offset)
        var event = event
        // What `since` asked for was not missed.
        event.isRepaired = !step.catchesUp || epochs > 1
        actions.append(.deliver(event))
    }

    private mutating func finish(_ step: ReplayStep, _ actions: inout [TrackerAction]) {
        for (name, seq) in step.behind.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard let index = topics.index(forKey: name), case let last = topics.values[index].seq ?? 0, seq > last
            else { continue }
            let isDurable = topics.values[index].delivery == .durable
            lose(name, seq - last, isDurable ? .durable : .data, isDurable ? step.reason : .missed, &actions)
            topics.values[index].seq = seq
        }
        if step.prefix == prefix, let known = floor, step.first <= known + 1, step.catchesUp || !step.hasFailed {
            floor = max(known, step.through)
        }
        if case .held(var held)? = steps.first {
            held.reason = step.reason
            steps[0] = .held(held)
        }
    }

    /// Compares with what the station says it has sent.
    private mutating func compare(_ check: SequenceCheck, _ actions: inout [TrackerAction]) -> [TrackerStep] {
        var durable: [ArraySlice<UInt8>: UInt64] = [:]
        var others: [ArraySlice<UInt8>: UInt64] = [:]
        for (name, seq) in check.sequences.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard name.starts(with: prefix) else { continue }
            var progress = topics[name] ?? Progress(seq: nil)
            if progress.seq == nil {
                guard isBaselined || check.isOwnWelcome else { continue }
                progress.seq = isBaselined ? 0 : seq
            }
            defer { topics[name] = progress }
            guard let last = progress.seq, seq > last else { continue }
            switch progress.delivery {
            case .durable: durable[name] = seq
            case .data:
                lose(name, seq - last, .data, .missed, &actions)
                progress.seq = seq
            case .state, nil: others[name] = seq
            }
        }
        if check.isOwnWelcome {
            isBaselined = true
            isCatchingUp = false
        }
        var next: [TrackerStep] = []
        if let first = durable.keys.map({ max(topics[$0]?.offset ?? 0, floor ?? 0) + 1 }).min() {
            next.append(replay(prefix: prefix, from: first, through: check.offset, behind: durable))
        }
        if !others.isEmpty {
            let single = others.count == 1 ? others.keys.first.map(Array.init) : nil
            next.append(.snapshot(SnapshotStep(prefix: single ?? prefix, behind: others, offset: check.offset)))
        }
        return next
    }

    private mutating func finish(_ step: SnapshotStep) -> [TrackerStep] {
        var next: [TrackerStep] = []
        for (name, seq) in step.behind.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard let index = topics.index(forKey: name) else { continue }
            if topics.values[index].delivery == .state {
                topics.values[index].seq = max(topics.values[index].seq ?? 0, seq)
            } else if !step.hasFailed {
                // Not a state topic, and no event of it has come yet: if the log does not know it, it is data.
                next.append(
                    replay(prefix: Array(name), from: (floor ?? 0) + 1, through: step.offset, behind: [name: seq])
                )
            }
        }
        return next
    }

    private func replay(
        prefix: [UInt8],
        from first: UInt64,
        through last: UInt64,
        behind: [ArraySlice<UInt8>: UInt64]
    ) -> TrackerStep {
        var step = ReplayStep(prefix: prefix, from: first, through: last)
        step.behind = behind
        step.isDone = first > last
        return .replay(step)
    }

    // MARK: Losses

    private func noteAged(_ step: inout ReplayStep, oldest: UInt64, _ actions: inout [TrackerAction]) {
        step.reason = .agedOut
        if step.catchesUp {
            let gone = min(oldest, step.through + 1) - step.next
            lose(prefix[...], gone, .durable, step.reason, &actions, isExact: false)
        }
    }

    private func noteFailure(_ step: inout ReplayStep, _ why: String, _ actions: inout [TrackerAction]) {
        step.isDone = true
        step.hasFailed = true
        step.reason = .unrepaired(why)
        if step.catchesUp {
            lose(prefix[...], step.through + 1 - step.next, .durable, step.reason, &actions, isExact: false)
        }
    }

    private func lose(
        _ topic: ArraySlice<UInt8>,
        _ count: UInt64,
        _ delivery: Event.Delivery,
        _ reason: Loss.Reason,
        _ actions: inout [TrackerAction],
        isExact: Bool = true
    ) {
        let loss = Loss(
            topic: String(decoding: topic, as: UTF8.self),
            count: count,
            delivery: delivery,
            reason: reason,
            epoch: String(decoding: epoch, as: UTF8.self),
            isExact: isExact
        )
        actions.append(.lost(loss))
    }

    /// A key of its own, so that the table does not keep a whole received batch alive.
    private func key(_ topic: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        topics.index(forKey: topic).map { topics.keys[$0] } ?? Array(topic)[...]
    }
}
