import JSON

/// Something that operators do from a page: a control method with its parameters.
struct OperatorAction: Sendable {
    /// A parameter of the method, typed into a field of the same name.
    struct Field: Sendable {
        let name: String
        /// Whether the method can do without.
        let isOptional: Bool

        static func needed(_ name: String) -> Field { Field(name: name, isOptional: false) }
        static func optional(_ name: String) -> Field { Field(name: name, isOptional: true) }
    }

    /// Its part of the path.
    let name: String
    let method: String
    let fields: [Field]
    /// What is told when it is done; what was done it to stands beside it.
    let done: String

    private init(_ name: String, _ method: String, _ fields: [Field] = [], done: String) {
        self.name = name
        self.method = method
        self.fields = fields
        self.done = done
    }

    static let all = [
        OperatorAction("mute", "air.mute", [.optional("reason")], done: "The output is stopped."),
        OperatorAction("unmute", "air.unmute", [.optional("reason")], done: "The output goes on."),
        OperatorAction("stop-air", "onair.stop", [.optional("reason")], done: "The hosts are off the air."),
        OperatorAction("start-air", "onair.start", [.optional("reason")], done: "The hosts are on the air."),
        OperatorAction("reload", "config.reload", done: "The settings have been read again."),
        OperatorAction(
            "log-level",
            "log.level",
            [.needed("level"), .optional("label")],
            done: "The log level is set."
        ),
        OperatorAction("restart-actor", "actor.restart", [.needed("id")], done: "The actor is being restarted."),
        OperatorAction("start-actor", "actor.start", [.needed("id")], done: "The actor is being started."),
        OperatorAction("pause-queue", "queues.pause", [.needed("queue")], done: "No more jobs of the queue are begun."),
        OperatorAction("resume-queue", "queues.resume", [.needed("queue")], done: "The queue goes on."),
        OperatorAction("requeue", "queues.requeue", [.needed("queue")], done: "The failed jobs are tried again."),
        OperatorAction("retry-job", "jobs.retry", [.needed("id")], done: "The job is tried again."),
        OperatorAction("cancel-job", "jobs.cancel", [.needed("id")], done: "The job is cancelled."),
        OperatorAction("pause-schedule", "schedules.pause", [.needed("name")], done: "The schedule is paused."),
        OperatorAction("resume-schedule", "schedules.resume", [.needed("name")], done: "The schedule goes on."),
        OperatorAction("run-schedule", "schedules.run", [.needed("name")], done: "A job of the schedule is enqueued."),
    ]

    static func named(_ name: String) -> OperatorAction? { all.first { $0.name == name } }

    static func path(_ name: StaticString) -> OwnPath {
        let folder: OwnPath = "/operations/actions"
        return folder.appending(name.description)
    }

    /// The method's parameters, out of a form.
    ///
    /// - Throws: `APIError` with `.invalidInput`.
    func parameters(_ form: FormInput) throws(APIError) -> [String: JSONValue] {
        let unknown = form.names.filter { name in !fields.contains { $0.name == name } }
        guard unknown.isEmpty else {
            throw APIError(faults: unknown.map { InputFault(field: $0, message: "is not known here") })
        }
        var parameters: [String: JSONValue] = [:]
        for field in fields {
            if let text = form.text(field.name) {
                parameters[field.name] = .string(text)
            } else if !field.isOptional {
                throw APIError(faults: [InputFault(field: field.name, message: "is missing")])
            }
        }
        return parameters
    }
}
