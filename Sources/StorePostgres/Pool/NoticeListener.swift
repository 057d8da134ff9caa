import Glibc
import Store

/// The connection on which notices of other daemons arrive.
final class NoticeListener {
    private enum Phase {
        case connecting(until: ContinuousClock.Instant, waitsFor: Int16)
        case subscribing
        case listening
        case lost(StoreError)
    }

    /// What it hears on.
    static let channel = "cryptocall"

    private let handle: PostgresHandle
    private var phase: Phase

    init(_ config: PostgresConfig, at now: ContinuousClock.Instant) throws(StoreError) {
        handle = try PostgresHandle.start(config)
        phase = .connecting(until: now + .seconds(config.connectTimeoutSeconds), waitsFor: Int16(POLLOUT))
    }

    var descriptor: Int32 { handle.descriptor }

    var pollEvents: Int16 {
        if case .connecting(_, let events) = phase { events } else { Int16(POLLIN) }
    }

    var deadline: ContinuousClock.Instant? { if case .connecting(let until, _) = phase { until } else { nil } }

    var isListening: Bool { if case .listening = phase { true } else { false } }

    /// Why it has ended; `nil` while it has not.
    var failure: StoreError? { if case .lost(let error) = phase { error } else { nil } }

    /// Goes on with whatever it waits for.
    ///
    /// - Returns: the payloads that have arrived.
    func advance(at now: ContinuousClock.Instant, isReady: Bool) -> [String] {
        switch phase {
        case .connecting(let until, _):
            if isReady || handle.isLost {
                connect(until: until)
            } else if now >= until {
                phase = .lost(StoreError(.unreachable, "listener", detail: "no answer in time"))
            }
        case .subscribing: if isReady { finishSubscribing() }
        case .listening: return isReady ? receive() : []
        case .lost: break
        }
        return []
    }

    private func connect(until: ContinuousClock.Instant) {
        switch handle.advance() {
        case .waitsToRead: phase = .connecting(until: until, waitsFor: Int16(POLLIN))
        case .waitsToWrite: phase = .connecting(until: until, waitsFor: Int16(POLLOUT))
        case .failed(let error): phase = .lost(error)
        case .connected:
            // So short that the socket takes it at once.
            let isSent = handle.sendSimple("LISTEN \(NoticeListener.channel)") && handle.flush() == .everything
            phase = isSent ? .subscribing : .lost(StoreError(.unreachable, "listener", detail: handle.message))
        }
    }

    private func finishSubscribing() {
        guard handle.consume() else {
            phase = .lost(StoreError(.unreachable, "listener", detail: handle.message))
            return
        }
        while !handle.isBusy {
            guard let result = handle.nextResult() else {
                phase = .listening
                return
            }
            if result.status == .failed {
                phase = .lost(result.error)
                return
            }
        }
    }

    private func receive() -> [String] {
        let isOpen = handle.consume()
        var payloads: [String] = []
        while let payload = handle.nextNotice() { payloads.append(payload) }
        // Also reads what the server says before it hangs up.
        if !isOpen || (!handle.isBusy && handle.isLost) {
            phase = .lost(StoreError(.unreachable, "listener", detail: handle.message))
        }
        return payloads
    }
}
