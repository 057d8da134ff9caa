import CCurl
import Glibc
import Threading

/// The life of libcurl's thread: it starts what callers ask for, waits for the network, and reports ends.
///
/// Everything here is touched by that thread alone; callers reach it through the `Inbox`.
final class CurlLoop {
    private let config: HTTPClientConfig
    private let multi: MultiHandle
    private let inbox: Inbox
    private let clock = LoopClock()
    private var admission: Admission<(transfer: Transfer, end: ContinuousClock.Instant)>
    private var running: [Exchange] = []
    private var idle: [Exchange] = []

    init(config: HTTPClientConfig, multi: MultiHandle, inbox: Inbox) {
        self.config = config
        self.multi = multi
        self.inbox = inbox
        admission = Admission(
            runningMax: config.requestsMax,
            runningPerHostMax: config.requestsPerHostMax,
            waitingMax: config.waitingMax
        )
    }

    /// Returns when the inbox is closed and every transfer has its end.
    func run() {
        blockBrokenPipeSignal()
        var commands: [Inbox.Command] = []
        while inbox.take(into: &commands) {
            clock.advance()
            for command in commands { perform(command) }
            commands.removeAll(keepingCapacity: true)
            var stillRunning: Int32 = 0
            curl_multi_perform(multi.pointer, &stillRunning)
            reportFinished()
            enforceLimits()
            if inbox.maySleep(on: multi) {
                curl_multi_poll(multi.pointer, nil, 0, clock.sleepMilliseconds, nil)
            }
        }
        endAll()
    }

    /// OpenSSL writes without asking the kernel to leave the signal out, and it would end the process.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func perform(_ command: Inbox.Command) {
        switch command {
        case .start(let transfer):
            switch admission.arrive((transfer, waitingEnd(of: transfer)), host: transfer.request.url.origin) {
            case .run: start(transfer)
            case .wait: clock.checkNoLater(than: waitingEnd(of: transfer))
            case .refuse: settle(transfer, .overloaded, "\(config.waitingMax) requests wait already")
            }
        case .proceed(let transfer):
            running.first { $0.transfer === transfer }?.proceed()
        case .abandon(let transfer):
            if let exchange = running.first(where: { $0.transfer === transfer }) {
                end(exchange, CURLE_OK, because: .cancelled)
            } else {
                for gone in admission.removeWaiting(where: { $0.transfer === transfer }) {
                    settle(gone.transfer, .cancelled, "")
                }
            }
        }
    }

    // MARK: Starting and ending

    private func start(_ transfer: Transfer) {
        guard !transfer.hasEnded else {  // its caller gave up while it waited
            admission.leave(host: transfer.request.url.origin)
            return inbox.settle()
        }
        guard let exchange = idle.popLast() ?? Exchange(config: config, clock: clock) else {
            admission.leave(host: transfer.request.url.origin)
            return settle(transfer, .internalFailure, "libcurl refused a handle")
        }
        exchange.index = running.count
        running.append(exchange)
        guard exchange.begin(transfer), curl_multi_add_handle(multi.pointer, exchange.easy) == CURLM_OK else {
            return end(exchange, CURLE_OUT_OF_MEMORY, because: .internalFailure)
        }
    }

    private func end(_ exchange: Exchange, _ code: CURLcode, because reason: HTTPClientError.Code? = nil) {
        // Taking away a transfer that is not complete closes its connection.
        curl_multi_remove_handle(multi.pointer, exchange.easy)
        let host = exchange.transfer?.request.url.origin
        exchange.finish(code, because: reason)
        inbox.settle()
        let last = running.removeLast()
        if last !== exchange {
            running[exchange.index] = last
            last.index = exchange.index
        }
        if idle.count < config.idleConnectionsMax { idle.append(exchange) }
        if let host { admission.leave(host: host) }
        while let next = admission.next() { start(next.transfer) }
    }

    /// Ends a transfer that never ran.
    private func settle(_ transfer: Transfer, _ code: HTTPClientError.Code, _ detail: String) {
        transfer.finish(.failed(HTTPClientError(code, detail)))
        inbox.settle()
    }

    private func reportFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = ccurl_result(message)
            var owner: UnsafeMutableRawPointer?
            guard ccurl_get_pointer(easy, &owner) == CURLE_OK, let owner else { continue }
            end(Unmanaged<Exchange>.fromOpaque(owner).takeUnretainedValue(), code)
        }
    }

    private func endAll() {
        for gone in admission.removeWaiting(where: { _ in true }) {
            settle(gone.transfer, .closed, "the client is shut down")
        }
        while let exchange = running.last { end(exchange, CURLE_OK, because: .closed) }
        idle.removeAll()
        multi.close()
    }

    // MARK: Time limits

    private func waitingEnd(of transfer: Transfer) -> ContinuousClock.Instant {
        let end = clock.now.advanced(by: .seconds(config.waitingSeconds))
        return transfer.request.totalEnd.map { min($0, end) } ?? end
    }

    /// Looks at every transfer, but only once the earliest limit may be over.
    private func enforceLimits() {
        guard clock.takeCheck() else { return }
        for late in admission.removeWaiting(where: { $0.end <= clock.now }) {
            settle(late.transfer, .overloaded, "waited too long for its turn")
        }
        for exchange in running {
            if let code = exchange.deadlines.exceeded(at: clock.now) { end(exchange, CURLE_OK, because: code) }
        }
        for exchange in running { clock.checkNoLater(than: exchange.deadlines.nextEnd) }
        for waiting in admission.waiting { clock.checkNoLater(than: waiting.item.end) }
    }
}
