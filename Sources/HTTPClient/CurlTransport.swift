import Threading

/// HTTP over libcurl: any number of tasks share one thread, its open connections and its limits.
///
/// Connections are used again, over TLS also by several requests at once where the server speaks HTTP/2. Cookies,
/// credentials from files and environment variables play no part.
package final class CurlTransport: HTTPTransport {
    package let config: HTTPClientConfig
    private let rules: RequestRules
    private let inbox: Inbox
    private let thread: OSThread

    /// Starts the thread.
    ///
    /// - Throws: `invalidRequest` when the configuration has problems, `internalFailure` when the system refuses.
    package init(config: HTTPClientConfig) throws(HTTPClientError) {
        if let problem = config.problems().first {
            throw HTTPClientError(.invalidRequest, "http.\(problem.key) \(problem.text)")
        }
        let inbox = Inbox(outstandingMax: config.requestsMax + config.waitingMax)
        let multi = try MultiHandle(
            connectionsMax: config.requestsMax,
            idleConnectionsMax: config.idleConnectionsMax
        )
        do {
            thread = try OSThread(name: "http") {
                CurlLoop(config: config, multi: multi, inbox: inbox).run()
                inbox.reportEnd()
            }
        } catch {
            multi.close()
            throw HTTPClientError(.internalFailure, error.description)
        }
        self.config = config
        self.inbox = inbox
        rules = RequestRules(config)
    }

    deinit { inbox.close() }

    package func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let follows = request.redirectsMax > 0
        var request = request
        var totalEnd: ContinuousClock.Instant?
        while true {
            let transfer = try begin(request, totalEnd: totalEnd, isStreamed: false)
            totalEnd = transfer.request.totalEnd
            let (lines, body, timing) = try await transfer.whole()
            let head = ResponseHead(lines)
            guard follows, let next = try Redirect.next(after: request, head) else {
                return HTTPResponse(status: head.status, headers: head.headers, body: body, timing: timing)
            }
            request = next
        }
    }

    package func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let follows = request.redirectsMax > 0
        var request = request
        var totalEnd: ContinuousClock.Instant?
        while true {
            let transfer = try begin(request, totalEnd: totalEnd, isStreamed: true)
            totalEnd = transfer.request.totalEnd
            // From here on the body owns the transfer: leaving without reading it closes the connection.
            let body = HTTPBody(transfer)
            let (lines, timing) = try await transfer.head()
            let head = ResponseHead(lines)
            guard follows, let next = try Redirect.next(after: request, head) else {
                return HTTPStreamedResponse(status: head.status, headers: head.headers, body: body, timing: timing)
            }
            request = next
        }
    }

    /// Ends every request with `closed`, closes all connections, and returns when the thread has ended.
    ///
    /// May be called more than once.
    package func shutdown() async {
        inbox.close()
        await inbox.ended()
    }

    private func begin(
        _ request: HTTPRequest,
        totalEnd: ContinuousClock.Instant?,
        isStreamed: Bool
    ) throws(HTTPClientError) -> Transfer {
        if Task.isCancelled { throw HTTPClientError(.cancelled, "the calling task was cancelled") }
        let prepared = try PreparedRequest(request, rules: rules, now: .now, totalEnd: totalEnd)
        let transfer = Transfer(prepared, isStreamed: isStreamed, bufferMax: config.streamBufferBytes, inbox: inbox)
        try inbox.start(transfer)
        return transfer
    }
}
