import Actors
import Bus
import Domain
import HTTPClient
import Identity
import Jobs
import Logging
import Telemetry

/// Sends messages to the hooks of the settings, signed, and to nowhere else.
final class AlertHooks: Sendable {
    private struct Hook: Sendable {
        let url: String
        /// Names it without telling the address.
        let id: String
        let host: String

        init(_ url: String) {
            self.url = url
            id = String(ContentHash(ofBytes: Array(url.utf8)).description.prefix(16))
            host = URLText(url)?.host ?? ""
        }
    }

    private enum Outcome: String {
        case sent
        /// Worth another try.
        case failed
        /// Not worth one.
        case refused
    }

    private let hooks: [Hook]
    private let secret: Secret?
    private let transport: CurlTransport?
    private let metrics: MetricsRegistry
    private let now: @Sendable () -> Timestamp
    private let logger = Logger(label: "alerts")

    private static let totalSeconds = 10.0

    /// Reads the secret, which blocks for as long as a small local file takes.
    ///
    /// - Throws: `CredentialError` when the secret cannot be read, `HTTPClientError` when nothing can be sent.
    init(
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor,
        metrics: MetricsRegistry,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) throws {
        let settings = loaded.configuration.alerts
        hooks = settings.hooks.map(Hook.init)
        self.metrics = metrics
        self.now = now
        secret = try CredentialStore(layout: loaded.layout, environment: environment).resolve(settings.hookSecret)
        secret?.reveal { _ = redactor.register(secret: $0) }
        for hook in hooks { redactor.register(secret: hook.url) }
        guard !hooks.isEmpty else {
            transport = nil
            return
        }
        var config = HTTPClientConfig(loaded.configuration)
        config.allowedHosts = hooks.compactMap { HTTPClientConfig.allowedHost(for: $0.url) }
        config.totalSeconds = min(config.totalSeconds, AlertHooks.totalSeconds)
        config.bodyBytesMax = 65_536
        transport = try CurlTransport(config: config)
    }

    // MARK: Jobs

    /// The jobs that send a message to every hook.
    func requests(_ message: AlertMessage) -> [JobRequest] {
        hooks.compactMap { hook in
            do {
                return try JobRequest(SendAlert(hook: hook.id, message: message))
            } catch {
                logger.error("an alert cannot be sent", metadata: [LogKey.error: "\(error)"])
                count(.refused)
                return nil
            }
        }
    }

    var handler: JobHandler {
        JobHandler(
            SendAlert.self,
            timeout: .seconds(30),
            retry: RetryPolicy(base: .seconds(5), cap: .seconds(600))
        ) { [self] job, context in
            guard let hook = hooks.first(where: { $0.id == job.hook }) else {
                throw JobError(.permanent, "the settings do not name this hook any more")
            }
            try await send(job.message, to: hook, delivery: context.id.description)
            return NoResult()
        }
    }

    /// Sends a message to every hook without a job: once, and whatever comes of it is only counted and logged.
    func sendAtOnce(_ message: AlertMessage) async {
        await withTaskGroup(of: Void.self) { group in
            // Each by itself: a hook that does not answer must not keep the others from hearing.
            for hook in hooks { group.addTask { [self] in await sendOnce(message, to: hook) } }
        }
    }

    private func sendOnce(_ message: AlertMessage, to hook: Hook) async {
        do {
            try await send(message, to: hook, delivery: "\(message.alert)/\(message.event.rawValue)")
        } catch {
            logger.error(
                "an alert could not be sent",
                metadata: [LogKey.provider: "\(hook.host)", LogKey.error: "\(error)"]
            )
        }
    }

    // MARK: Sending

    /// - Throws: `JobError`, which says whether it may succeed later.
    private func send(_ message: AlertMessage, to hook: Hook, delivery: String) async throws {
        let outcome: Outcome
        let reason: String
        do {
            guard let transport else { throw HTTPClientError(.closed) }
            let sender = MeteredTransport(transport, metrics)
            let response = try await sender.send(try request(message, hook, delivery))
            outcome = AlertHooks.outcome(status: response.status)
            reason = "\(hook.host) answered \(response.status)"
        } catch let error as HTTPClientError {
            outcome = error.disposition == .retry || error.code == .cancelled ? .failed : .refused
            reason = "\(hook.host): \(error)"
        }
        count(outcome)
        guard outcome != .sent else { return }
        throw JobError(outcome == .failed ? .transient : .permanent, reason)
    }

    private func count(_ outcome: Outcome) { metrics.counter(.alertsNotices, outcome.rawValue).increment() }

    /// Whoever says that a request is wrong will say so again; a server in trouble may not.
    private static func outcome(status: Int) -> Outcome {
        switch status {
        case 200...299: .sent
        case 408, 425, 429, 500...599: .failed
        default: .refused
        }
    }

    /// Signed as this station wants webhooks to be that come to it: over the time, a dot, and the body.
    private func request(_ message: AlertMessage, _ hook: Hook, _ delivery: String) throws -> HTTPRequest {
        let body = try EventCodec.encode(message)
        var headers: HTTPHeaders = ["Content-Type": "application/json", "X-Delivery": delivery]
        if let secret {
            let time = "\(now().milliseconds / 1000)"
            let code = secret.reveal {
                MessageCode.sha256(of: Array("\(time).".utf8) + body, secret: Array($0.utf8))
            }
            guard let code else { throw JobError(.transient, "a message could not be signed") }
            headers["X-Timestamp"] = time
            headers["X-Signature"] = "sha256=\(AlertHooks.hexadecimal(code))"
        }
        return HTTPRequest(.post, hook.url, headers: headers, body: body)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
