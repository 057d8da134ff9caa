import Domain
import Identity
import JSON
import WebSocket

/// What a WebSocket client says, and what it is answered.
extension LiveClient {
    /// How often a connection may try to log in.
    private static let logInsMax = 5
    /// No command of ours is longer.
    private static let commandBytesMax = 8 * 1024
    /// How long a request's own id may be that stands in its answer.
    private static let requestIDBytesMax = 64

    func receive(_ action: WebSocketAssembler.Action) {
        if case .close(let code) = action {
            // The answer to our close, or a close of its own.
            return ending == nil ? end(.closed, code: code ?? 1000) : line.finish()
        }
        guard ending == nil else { return }
        if case .fail(let fault) = action {
            return end(LiveEnding(fault.kind), code: fault.code, saying: fault.reason)
        }
        guard allowance.takeFrame() else { return end(.tooMany, saying: "too many frames") }
        switch action {
        case .message(let text): receive(text)
        case .ping(let data): answer(ping: data)
        case .pong: noteAnswer()
        case .nothing, .close, .fail: break
        }
    }

    private func receive(_ text: [UInt8]) {
        switch allowance.takeMessage() {
        case .take: break
        case .refuse: return refuse(APIError(.tooManyRequests, "Too many messages; go on in a second."), nil)
        case .close: return end(.tooMany, saying: "too many messages")
        }
        guard text.count <= LiveClient.commandBytesMax else {
            return refuse(APIError(.tooLarge, "A command has at most \(LiveClient.commandBytesMax) bytes."), nil)
        }
        let input: JSONValue
        do throws(JSONSyntaxError) {
            input = try JSONValue(parsing: text, depthMax: 8)
        } catch {
            return refuse(APIError(.badRequest, "The message is not JSON: \(error)."), nil)
        }
        let id = input["id"]?.string.flatMap { $0.utf8.count <= LiveClient.requestIDBytesMax ? $0 : nil }
        do throws(APIError) {
            try carryOut(try WebSocketCommand(input), answering: id)
        } catch {
            refuse(error, id)
        }
    }

    private func carryOut(_ command: WebSocketCommand, answering id: String?) throws(APIError) {
        switch command {
        case .subscribe(let wanted): try subscribe(wanted, answering: id)
        case .unsubscribe(let unwanted): try unsubscribe(unwanted, answering: id)
        case .logIn(let token): try logIn(token, answering: id)
        case .getStatistics: answer("stats", statistics, id)
        case .ping: answer("pong", [:], id)
        }
    }

    // MARK: Topics

    private func subscribe(_ wanted: WebSocketCommand.Subscription, answering id: String?) throws(APIError) {
        let added = try TopicRequest(topics: wanted.topics ?? [], groups: wanted.allGroups, role: principal?.liveRole)
        changeTopics(try topics.adding(added))
        answer("subscribed", topicMembers, id)
        offerStates(of: added)
        if let position = wanted.fromOffset { read(from: max(1, position)) }
    }

    private func unsubscribe(_ unwanted: WebSocketCommand.Topics, answering id: String?) throws(APIError) {
        let removed = try TopicRequest(
            topics: unwanted.topics ?? [],
            groups: unwanted.allGroups,
            role: principal?.liveRole
        )
        changeTopics(topics.removing(removed))
        answer("unsubscribed", topicMembers, id)
    }

    private var topicMembers: [String: JSONValue] {
        [
            "topics": .array(topics.filter.prefixes.map(JSONValue.string)),
            "groups": .array(topics.groups.map(\.rawValue).sorted().map(JSONValue.string)),
        ]
    }

    // MARK: Log-in

    private func logIn(_ token: String, answering id: String?) throws(APIError) {
        logIns += 1
        guard logIns <= LiveClient.logInsMax else { return end(.tooMany, saying: "too many log-ins") }
        shard.lookUp(.bearer(try Credentials.checked(token)), for: self, isLogIn: true, answering: id)
    }

    /// It is known whom a credential stands for.
    ///
    /// - Parameters:
    ///   - result: who it is, or why that cannot be said.
    ///   - credentials: what was shown.
    ///   - isLogIn: whether the client waits for the answer.
    ///   - id: the id of its request.
    func receive(
        _ result: Result<Principal, APIError>,
        of credentials: Credentials,
        isLogIn: Bool,
        answering id: String?
    ) {
        // What it showed before counts no more once it has shown something else.
        guard ending == nil, isLogIn || credentials == self.credentials else { return }
        switch result {
        case .success(let principal):
            become(principal, by: credentials)
            if isLogIn { answer("authenticated", ["role": .string(principal.role.rawValue)], id) }
        case .failure(let error):
            if isLogIn { return refuse(error, id) }
            // That nobody can tell at the moment is no reason to send anybody away.
            if error.code == .unauthorized { end(.expired, saying: "the credential does not hold any more") }
        }
    }

    // MARK: Answers

    private var statistics: [String: JSONValue] {
        [
            "session_id": .string("\(identity.id)"),
            "delivered": .int(Int64(clamping: delivered)),
            "waiting": .int(Int64(waiting)),
            "lost": ["state": .int(Int64(lost.state)), "data": .int(Int64(lost.data))],
            "clients": .int(Int64(shard.meter.statistics.clients.values.reduce(0, +))),
        ].merging(topicMembers) { own, _ in own }
    }

    private func answer(_ name: String, _ members: [String: JSONValue], _ id: String?) {
        var members = members
        if let id { members["id"] = .string(id) }
        tell(LiveNotice(name, members))
    }

    private func refuse(_ error: APIError, _ id: String?) {
        var members: [String: JSONValue] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        if !error.faults.isEmpty {
            members["details"] = .array(
                error.faults.map { ["field": .string($0.field), "message": .string($0.message)] }
            )
        }
        answer("error", members, id)
    }

    private func answer(ping data: [UInt8]) {
        // A client that takes nothing hears no answer either.
        guard line.isWritable else { return }
        line.write(WebSocketText.pong(data))
        line.flush()
    }
}

extension LiveEnding {
    fileprivate init(_ kind: WebSocketFault.Kind) {
        self =
            switch kind {
            case .protocolError: .protocolError
            case .unsupported: .unsupported
            case .tooLarge: .tooLarge
            }
    }
}
