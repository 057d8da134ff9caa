import Bus
import Domain
import Logging
import Market
import Threading

/// One exchange's stream: joins the connection, the decisions about it, and the market's board.
///
/// Messages are dealt with where they are read, one after the other; nothing here waits.
final class StreamFeed: Sendable {
    private struct State {
        var session: StreamSession
        var tape: StreamTape
        var line: (any StreamLine)?
        /// Why this feed must not go on: its incarnation is fenced, or the bus does not know an event.
        var failure: BusError?
        /// Whether the log has said that it is down.
        var isKnownDown = false
        /// Only the first malformed message of a connection is logged.
        var hasLoggedProblem = false
    }

    private let exchange: MarketStreamsSettings.Exchange
    private let grammar: any StreamGrammar.Type
    private let settings: MarketStreamsSettings
    private let order: [String]
    private let parts: MarketStreamsActor.Parts
    private let publisher: Publisher
    private let state: Mutex<State>
    /// Of its own, so that nobody who asks for the state waits for a message to be read.
    private let reader: Mutex<StreamReader>

    init(
        _ exchange: MarketStreamsSettings.Exchange,
        grammar: any StreamGrammar.Type,
        settings: MarketStreamsSettings,
        parts: MarketStreamsActor.Parts,
        incarnation: Incarnation,
        seed: UInt64
    ) {
        self.exchange = exchange
        self.grammar = grammar
        self.settings = settings
        order = settings.exchanges.map(\.name)
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: incarnation)
        reader = Mutex(StreamReader(grammar))
        var rules = StreamSession.Settings()
        rules.silenceMax = settings.silenceMax
        state = Mutex(
            State(
                session: StreamSession(settings: rules, seed: seed),
                tape: StreamTape(grammar, pairs: settings.pairs)
            )
        )
    }

    /// Keeps a connection as long as the task is not cancelled.
    ///
    /// - Throws: `BusError` when nothing can be published any more, `CancellationError`.
    func run() async throws {
        while true {
            change { $0.session.connecting() }
            let ending = await parts.transport.run(
                exchange.address,
                opened: { self.opened($0) },
                receive: { self.receive($0) }
            )
            let wait = try ended(ending)
            try Task.checkCancellation()
            try await parts.stopwatch.sleep(for: wait)
            parts.streams.update(exchange.name) { $0.reconnects += 1 }
        }
    }

    /// Looks at the time: a stream may have been silent for too long.
    func look() {
        let moment = parts.stopwatch.elapsed
        let line = state.withLock { state in state.session.look(at: moment) ? state.line : nil }
        line?.close()
    }

    // MARK: The connection

    private func opened(_ line: any StreamLine) {
        let (moment, now) = (parts.stopwatch.elapsed, parts.now())
        change { state in
            state.line = line
            state.hasLoggedProblem = false
            state.session.opened(at: moment)
            state.tape.opened(at: now)
        }
        for request in grammar.requests(for: settings.pairs) { line.send(request) }
    }

    private func ended(_ ending: StreamEnding) throws -> Duration {
        let moment = parts.stopwatch.elapsed
        // From here on what it told is asked for.
        parts.board.update { $0.streamEnded(exchange.name) }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try Task.checkCancellation()
        var (pause, isNews) = (StreamSession.Pause(wait: .zero, reason: "", isPlanned: true), false)
        change { state in
            state.line = nil
            pause = state.session.ended(ending, at: moment)
            isNews = !pause.isPlanned && !state.isKnownDown
            if !pause.isPlanned { state.isKnownDown = true }
        }
        parts.streams.update(exchange.name) { $0.lastError = String(pause.reason.prefix(200)) }
        // Said once; what follows until it is live again is no news.
        parts.logger.log(
            level: isNews ? .warning : .debug,
            "market stream down",
            metadata: ["provider": "\(exchange.name)", "reason": "\(pause.reason.prefix(200))"]
        )
        return pause.wait
    }

    /// Changes the state, and shows its phase to whoever asks.
    private func change(_ body: (inout State) -> Void) {
        let phase = state.withLock { state in
            body(&state)
            return state.session.phase
        }
        show(phase)
    }

    private func show(_ phase: StreamStanding.Phase) {
        let now = parts.now()
        parts.streams.update(exchange.name) { standing in
            guard standing.phase != phase else { return }
            standing.phase = phase
            standing.since = now
        }
    }

    // MARK: Messages

    private func receive(_ message: [UInt8]) {
        let (moment, now) = (parts.stopwatch.elapsed, parts.now())
        do throws(StreamProblem) {
            let found = try reader.withLock { (reader) throws(StreamProblem) in try reader.read(message) }
            take(found, at: moment, now)
        } catch {
            note(error, message.count, at: now)
        }
    }

    private struct Step {
        var news: [StreamNews] = []
        var closes: (any StreamLine)?
        var isLiveNow = false
        var wasDown = false
        var counts = (gaps: UInt64(0), missed: UInt64(0), repeated: UInt64(0))
    }

    private func take(_ messages: [StreamMessage], at moment: Duration, _ now: Timestamp) {
        let step = state.withLock { state in
            var step = Step()
            let before = state.session.phase
            if state.session.heard(messages, at: moment) { step.closes = state.line }
            step.isLiveNow = before != .live && state.session.phase == .live
            if step.isLiveNow {
                step.wasDown = state.isKnownDown
                state.isKnownDown = false
            }
            let counts = (state.tape.gapCount, state.tape.missedTradesCount, state.tape.repeatedCount)
            for message in messages { step.news += state.tape.take(message, at: now) }
            step.counts = (
                state.tape.gapCount - counts.0, state.tape.missedTradesCount - counts.1,
                state.tape.repeatedCount - counts.2
            )
            return step
        }
        parts.streams.update(exchange.name) { standing in
            standing.messages += 1
            standing.lastMessageAt = now
            standing.gaps += step.counts.gaps
            standing.missedTrades += step.counts.missed
            standing.repeatedTrades += step.counts.repeated
            if let refusal = messages.compactMap(\.refusal).last { standing.lastError = "refused: \(refusal)" }
        }
        if step.isLiveNow {
            show(.live)
            parts.logger.log(
                level: step.wasDown ? .notice : .info,
                "market stream live",
                metadata: ["provider": "\(exchange.name)"]
            )
        }
        do throws(BusError) {
            for news in step.news { try tell(news, at: now) }
        } catch {
            fail(error)
        }
        step.closes?.close()
    }

    private func tell(_ news: StreamNews, at now: Timestamp) throws(BusError) {
        switch news {
        case .price(let quote):
            let told = parts.board.update { $0.streamed(quote, by: exchange.name, order: order, at: now) }
            if let changed = told.changed { try announce(changed) }
            if let held = told.held {
                parts.streams.update(exchange.name) { $0.heldPrices += 1 }
                try publisher.publish(held)
            }
            for tick in told.ticks { try publisher.publish(tick) }
        case .candle(let series):
            parts.board.update { $0.offer(series, by: exchange.name, order: order, at: now) }
        case .gap(let pair, let missing):
            parts.logger.debug(
                "a stream has lost trades",
                metadata: ["provider": "\(exchange.name)", "symbol": "\(pair)", "count": "\(missing.count)"]
            )
        }
    }

    private func announce(_ changed: MarketSourceChanged) throws(BusError) {
        parts.logger.notice(
            "market source changed",
            metadata: ["provider": "\(exchange.name)", "reason": "\(changed.reason)"]
        )
        try publisher.publish(changed)
    }

    private func note(_ problem: StreamProblem, _ sizeBytes: Int, at now: Timestamp) {
        parts.streams.update(exchange.name) { standing in
            standing.malformed += 1
            standing.lastError = "malformed: \(problem.description.prefix(180))"
        }
        let isFirst = state.withLock { state in
            defer { state.hasLoggedProblem = true }
            return !state.hasLoggedProblem
        }
        // Never the message itself.
        parts.logger.log(
            level: isFirst ? .warning : .debug,
            "a stream's message is malformed",
            metadata: [
                "provider": "\(exchange.name)", "reason": "\(problem.description.prefix(180))", "count": "\(sizeBytes)",
            ]
        )
    }

    private func fail(_ error: BusError) {
        let line = state.withLock { state in
            state.failure = error
            return state.line
        }
        line?.close()
    }
}

extension StreamMessage {
    fileprivate var refusal: String? {
        guard case .refused(let reason) = self else { return nil }
        return String(reason.prefix(180))
    }
}
