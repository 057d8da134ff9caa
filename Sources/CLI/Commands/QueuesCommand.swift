import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `queues`: looks at queues as a whole, pauses them, and replays their dead letters.
struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "List queues, pause or resume one, or start its failed jobs over.",
        subcommands: [List.self, Pause.self, Resume.self, Requeue.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show how many jobs of each queue wait and run.")
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("queues.list", as: QueueList.self) { list, terminal in
                JobPage.queues(list.queues, terminal)
            }
        }
    }

    struct Pause: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop all daemons from taking a queue's jobs; those that run go on."
        )
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("queues.pause") }
    }

    struct Resume: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused queue go on.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("queues.resume") }
    }

    struct Requeue: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start the failed jobs of a queue over, up to 1000 at a time."
        )
        @OptionGroup var target: Target
        func perform() async throws { try await target.perform("queues.requeue") }
    }

    struct Target: ParsableArguments {
        @Argument(help: "The queue.")
        var queue: String

        @OptionGroup var options: GlobalOptions

        func perform(_ method: String) async throws {
            let params: [String: JSONValue] = ["queue": .string(queue)]
            try await Session(options).show(method, params, as: QueueChange.self) { change, _ in
                let name = Terminal.plain(change.queue)
                if let count = change.requeued { return ["\(name): \(count) jobs start over"] }
                return ["\(name): \(change.paused == true ? "paused" : "resumed")"]
            }
        }
    }
}

/// `workers`: who works on the queues.
struct WorkersCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Show the daemons that work on the queues, and which of them leads."
    )

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        try await Session(options).show("workers.list", as: WorkerList.self) { list, terminal in
            JobPage.workers(list, terminal)
        }
    }
}
