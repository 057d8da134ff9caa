import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `jobs`: looks at single jobs and moves them.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs, look at one, enqueue, retry or cancel one.",
        subcommands: [List.self, Show.self, Enqueue.self, Retry.self, Cancel.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "List the newest jobs.")

        @Option(help: "Only this queue's.")
        var queue: String?

        @Option(help: "Only those in this state, such as running or discarded.")
        var state: String?

        @Option(help: "Only those of this kind.")
        var kind: String?

        @Option(help: ArgumentHelp("Only those older than this job.", valueName: "id"))
        var before: String?

        @Option(help: "The most jobs.")
        var limit: Int64 = 50

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(limit)]
            for (name, value) in [("queue", queue), ("state", state), ("kind", kind), ("before", before)] {
                if let value { params[name] = .string(value) }
            }
            try await Session(options).show("jobs.list", params, as: JobList.self) { list, terminal in
                JobPage.list(list.jobs, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show one job with its payload, result and errors.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("jobs.show") }
    }

    struct Retry: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start a job over, with all its attempts: a failed one, a cancelled one, or one that waits."
        )
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("jobs.retry") }
    }

    struct Cancel: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel a job; a running one is asked to stop.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("jobs.cancel") }
    }

    struct Enqueue: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Enqueue a job of a kind that the station knows.")

        @Argument(help: "The kind of job.")
        var kind: String

        @Argument(help: "The payload, a JSON object.")
        var payload = "{}"

        @Option(help: "The queue, if not the kind's own.")
        var queue: String?

        @Option(help: ArgumentHelp("How long from now.", valueName: "seconds"))
        var delay: Int64 = 0

        @Option(help: "0 runs first, 9 last.")
        var priority: Int64 = 4

        @Option(help: ArgumentHelp("An unfinished job with the same key makes this one superfluous.", valueName: "key"))
        var uniqueKey: String?

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "kind": .string(kind), "payload": try JSONArgument.object(payload, "the payload"),
                "delaySeconds": .int(delay), "priority": .int(priority),
            ]
            if let queue { params["queue"] = .string(queue) }
            if let uniqueKey { params["uniqueKey"] = .string(uniqueKey) }
            try await Session(options).show("jobs.enqueue", params, as: EnqueuedJob.self) { job, _ in
                [Terminal.plain(job.id) + (job.isNew ? "" : " was there already")]
            }
        }
    }

    struct Target: ParsableArguments {
        @Argument(help: "The job.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func show(_ method: String) async throws {
            let session = try Session(options)
            let value = try await session.call(method, ["id": .string(id)])
            guard !options.json else { return Output.json(value) }
            let line = try Session.decode(JobLine.self, from: value, of: method)
            let details = JobPage.Details(
                payload: value["payload"].map { String(decoding: $0.bytes, as: UTF8.self) },
                result: value["result"].map { String(decoding: $0.bytes, as: UTF8.self) },
                failures: try Session.decode(JobFailures.self, from: value, of: method)
            )
            let lines = JobPage.details(line, details, session.terminal)
            Output.standard(lines.map { $0 + "\n" }.joined())
        }
    }
}

/// JSON given on the command line.
enum JSONArgument {
    /// - Throws: `CommandFailure` with `.badData` when the text is no JSON object.
    static func object(_ text: String, _ what: String) throws(CommandFailure) -> JSONValue {
        do {
            let value = try JSONValue(parsing: Array(text.utf8))
            if value.object != nil { return value }
        } catch {
            throw CommandFailure(.badData, "\(what) is no JSON: \(error)")
        }
        throw CommandFailure(.badData, "\(what) must be a JSON object such as {\"number\": 1}")
    }
}
