/// What is to be run and when: a schedule as code or an operator writes it down.
package struct ScheduleDefinition: Hashable, Sendable {
    /// Lower-case letters, digits, `-`, `_` and `.`; at most 63 bytes.
    package var name: String
    /// Five fields, or a nickname such as `@daily`: see `CronExpression`.
    package var cron: String
    /// An IANA name.
    package var timeZone: String
    package var queue: QueueName
    package var kind: String
    /// JSON.
    package var payload: String
    /// 0 runs first, 9 last.
    package var priority = 4
    package var attemptMax = 3
    package var catchUp = CatchUpPolicy.once
    package var overlap = OverlapPolicy.skip

    package init(
        name: String,
        cron: String,
        timeZone: String = "UTC",
        queue: QueueName,
        kind: String,
        payload: String = "{}"
    ) {
        self.name = name
        self.cron = cron
        self.timeZone = timeZone
        self.queue = queue
        self.kind = kind
        self.payload = payload
    }

    /// - Throws: `ScheduleError` with `.invalid`, naming the field, or `.cron`.
    func check() throws(ScheduleError) {
        let isName = (1...63).contains(name.utf8.count) && name.utf8.allSatisfy(Self.isAllowed)
        guard isName else { throw .invalid("name", "lower-case letters, digits, - _ . and at most 63 bytes") }
        guard (1...200).contains(kind.utf8.count) else { throw .invalid("kind", "1 to 200 bytes") }
        guard payload.utf8.count <= JobRequest.payloadBytesMax else {
            throw .invalid("payload", "at most \(JobRequest.payloadBytesMax) bytes")
        }
        guard (0...9).contains(priority) else { throw .invalid("priority", "0 to 9") }
        guard (1...1000).contains(attemptMax) else { throw .invalid("attempt_max", "1 to 1000") }
        if case .all(let window, let countMax) = catchUp {
            guard (1...CatchUpPolicy.countMaxMax).contains(countMax) else {
                throw .invalid("catch_up_max", "1 to \(CatchUpPolicy.countMaxMax)")
            }
            guard window > .zero, window <= CatchUpPolicy.windowMax else {
                throw .invalid("catch_up_window", "more than nothing and at most 31 days")
            }
        }
        _ = try expression()
    }

    func expression() throws(ScheduleError) -> CronExpression {
        do throws(CronError) {
            return try CronExpression(cron)
        } catch {
            throw .cron(error)
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// The job of one run.
    ///
    /// Unless runs may overlap, those that wait begin one after another: the limit of one holds over all daemons.
    var request: JobRequest {
        var request = JobRequest(queue: queue, kind: kind, payload: payload)
        request.priority = priority
        request.attemptMax = attemptMax
        if overlap != .allow { request.limit = JobLimit(key: "schedule/\(name)", runningMax: 1) }
        return request
    }
}

/// What becomes of the times that passed while nobody looked at the clock.
package enum CatchUpPolicy: Hashable, Sendable {
    static let countMaxMax = 1000
    static let windowMax = Duration.seconds(31 * 86_400)

    /// They are lost.
    case skip
    /// The latest is run.
    case once
    /// Those of the last `window` are run, at most the latest `countMax`.
    case all(window: Duration, countMax: Int)
}

/// What becomes of a time that comes while the runs before it are unfinished.
package enum OverlapPolicy: String, Hashable, Sendable, CaseIterable {
    /// It is lost.
    case skip
    /// One run waits for the unfinished one; what comes meanwhile is lost.
    case queueOne = "queue_one"
    /// It is run beside them.
    case allow
}
