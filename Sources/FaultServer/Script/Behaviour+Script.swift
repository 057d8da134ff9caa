import JSON

extension Behaviour {
    /// - Parameters:
    ///   - json: the behaviour as it stands in the script.
    ///   - path: where it stands.
    ///   - directory: where the files are that it names.
    /// - Throws: `ScriptError` for the first field that is wrong.
    init(_ json: JSONValue, path: String, directory: String) throws(ScriptError) {
        let fields = try ScriptFields(json, path: path)
        guard let verb = try fields.choice("do", of: Verb.self) else { throw fields.error("do", "is missing") }
        try fields.allow(only: verb.fieldNames.union(["do"]))
        var pace = try Pace(fields)
        let act = try Act(verb, fields, directory)
        // Pieces of a chosen size that leave together would be of another size.
        if case .recorded(let recording) = act, recording.split != nil { pace.flushesEach = true }
        self.act = act
        self.pace = pace
        switch act {
        case .recorded(let recording): answer = recording.answer
        case .empty: answer = try ModelAnswer(fields, isEmpty: true)
        case .truncatedUTF8: answer = try ModelAnswer(fields).endingInHalfCharacter
        case .reset, .close, .silent, .jsonError, .status: answer = ModelAnswer()
        default: answer = try ModelAnswer(fields)
        }
    }
}

/// The words that a script has for what a server does.
private enum Verb: String, CaseIterable {
    case answer, recorded, reset, close, silent, stall, cut, status, empty
    case slowFirst = "slow_first"
    case badJSON = "bad_json"
    case errorEvent = "error_event"
    case jsonError = "json_error"
    case truncatedUTF8 = "truncated_utf8"
    case duplicateStart = "duplicate_start"
    case noDone = "no_done"

    private static let answerFields: Set<String> = [
        "text", "events", "first_ms", "gap_ms", "flush", "finish", "usage", "no_usage", "reasoning", "reasoning_events",
        "tool",
    ]

    var fieldNames: Set<String> {
        switch self {
        case .answer, .truncatedUTF8: Verb.answerFields
        case .recorded: ["file", "split", "first_ms", "gap_ms", "flush"]
        case .reset, .close: ["first_ms"]
        case .silent: []
        case .slowFirst: Verb.answerFields.union(["opening_first"])
        case .stall, .duplicateStart: Verb.answerFields.union(["after"])
        case .cut: Verb.answerFields.union(["after", "after_bytes", "terminated"])
        case .badJSON: Verb.answerFields.union(["after", "goes_on"])
        case .errorEvent: Verb.answerFields.union(["after", "body", "named", "bare"])
        case .jsonError: ["body", "first_ms"]
        case .status: ["status", "headers", "body", "html", "first_ms"]
        case .empty: ["first_ms", "flush", "finish", "usage", "no_usage"]
        case .noDone: Verb.answerFields.union(["hangs"])
        }
    }
}

extension Pace {
    private enum Flush: String, CaseIterable {
        /// Everything that is due goes out at once.
        case turn
        case each
    }

    fileprivate init(_ fields: ScriptFields) throws(ScriptError) {
        first = try fields.milliseconds("first_ms")
        gap = try fields.milliseconds("gap_ms")
        flushesEach = try fields.choice("flush", of: Flush.self) == .each
    }
}

extension Behaviour.Act {
    fileprivate init(_ verb: Verb, _ fields: ScriptFields, _ directory: String) throws(ScriptError) {
        let after = try fields.count("after", in: 0...ModelAnswer.eventsMax)
        switch verb {
        case .answer: self = .answer
        case .recorded: self = .recorded(try Recording(fields, directory))
        case .reset: self = .reset
        case .close: self = .close
        case .silent: self = .silent
        case .slowFirst: self = .slowFirst(isOpeningFirst: try fields.flag("opening_first") ?? false)
        case .stall: self = .stall(after: after ?? 1)
        case .cut: self = .cut(try Behaviour.Cut(fields, after))
        case .badJSON: self = .badJSON(after: after ?? 1, goesOn: try fields.flag("goes_on") ?? false)
        case .errorEvent: self = .errorEvent(try Behaviour.ErrorEvent(fields, after ?? 1))
        case .jsonError: self = .jsonError(fields["body"] ?? Behaviour.unavailable)
        case .status: self = .status(try Behaviour.StatusAnswer(fields))
        case .truncatedUTF8: self = .truncatedUTF8
        case .duplicateStart: self = .duplicateStart(after: after ?? 0)
        case .empty: self = .empty
        case .noDone: self = .noDone(hangs: try fields.flag("hangs") ?? false)
        }
    }
}

extension Behaviour {
    /// What xAI says with a good status.
    fileprivate static let unavailable: JSONValue = [
        "code": "The service is currently unavailable", "error": "Please try again later.",
    ]
}

extension Behaviour.Cut {
    fileprivate init(_ fields: ScriptFields, _ after: Int?) throws(ScriptError) {
        isTerminated = try fields.flag("terminated") ?? false
        guard let bytes = try fields.count("after_bytes", in: 0...Int(Int32.max)) else {
            place = .contents(after ?? 1)
            return
        }
        guard after == nil else { throw fields.error("after_bytes", "cannot stand beside after") }
        place = .bytes(bytes)
    }
}

extension Behaviour.ErrorEvent {
    fileprivate init(_ fields: ScriptFields, _ after: Int) throws(ScriptError) {
        self.after = after
        body = fields["body"]
        isNamed = try fields.flag("named") ?? false
        isBare = try fields.flag("bare") ?? false
        if isNamed, isBare { throw fields.error("bare", "cannot stand beside named: a bare line has no name") }
    }
}

extension Behaviour.StatusAnswer {
    fileprivate init(_ fields: ScriptFields) throws(ScriptError) {
        guard let status = try fields.count("status", in: 200...599) else { throw fields.error("status", "is missing") }
        self.status = status
        let isPage = try fields.flag("html") ?? false
        switch fields["body"] {
        case .none:
            body = isPage ? Array(Behaviour.StatusAnswer.page(status).utf8) : nil
            contentType = isPage ? "text/html" : "application/json"
        case .string(let text):
            body = Array(text.utf8)
            contentType = isPage ? "text/html" : "text/plain; charset=utf-8"
        case .some(let json):
            guard !isPage else { throw fields.error("body", "is not a text, which a page has to be") }
            body = json.bytes
            contentType = "application/json"
        }
        headers = try Behaviour.StatusAnswer.headers(fields)
    }

    /// What a proxy in front of a provider shows.
    private static func page(_ status: Int) -> String {
        "<html>\r\n<head><title>\(status)</title></head>\r\n<body><center><h1>\(status)</h1></center></body>\r\n</html>\r\n"
    }

    private static func headers(_ fields: ScriptFields) throws(ScriptError) -> [String: String] {
        guard let value = fields["headers"] else { return [:] }
        let members = try ScriptFields(value, path: fields.path(of: "headers"))
        var headers: [String: String] = [:]
        for name in members.names {
            let value = try members.required(name)
            guard let text = value.string ?? value.int.map(String.init) ?? value.double.map({ "\($0)" }),
                text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw members.error(name, "is neither a number nor a text of one line") }
            guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), !isOurs(name.lowercased()) else {
                throw members.error(name, "cannot be set")
            }
            headers[name.lowercased()] = text
        }
        return headers
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// What says where the answer ends is true.
    private static func isOurs(_ name: String) -> Bool {
        ["content-length", "transfer-encoding", "connection"].contains(name)
    }
}
