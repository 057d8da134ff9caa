import ArgumentParser
import BusZeroMQ
import CryptoCallClient

/// `events`: reads what was published.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Read the newest state events, the event log, or one chain of causes.",
        subcommands: [Snapshot.self, Replay.self, Trace.self]
    )

    struct Snapshot: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the newest state event of every topic.")

        @Argument(help: "Only topics that start like this.")
        var prefix = ""

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let session = try Session(options)
            try await session.print { try await $0.snapshot(prefix) }
        }
    }

    struct Replay: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Read the event log.")

        @Argument(help: "Only topics that start like this.")
        var prefix = ""

        @Option(name: .customLong("from"), help: ArgumentHelp("The first position.", valueName: "offset"))
        var from: UInt64 = 1

        @Option(help: "The most events.")
        var limit: Int = 1000

        @Flag(help: "Go on to the end of the log.")
        var all = false

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
        }

        func perform() async throws {
            let session = try Session(options)
            var next = from
            var left = all ? Int.max : limit
            while left > 0 {
                let (position, count) = (next, min(left, 1000))
                let page = try await session.ask { try await $0.replay(prefix, from: position, limit: count) }
                session.print(page.events)
                left -= page.events.count
                if page.isComplete || page.next <= next { return }
                next = page.next
            }
        }
    }

    struct Trace: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the logged events of the same chain of causes, oldest first."
        )

        @Argument(help: "The id of any event of the chain.")
        var id: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let session = try Session(options)
            try await session.print { try await $0.trace(id) }
        }
    }
}

extension Session {
    /// Asks and prints the events that come.
    ///
    /// - Throws: `CommandFailure`.
    func print(_ question: (Client) async throws -> [Event]) async throws(CommandFailure) {
        print(try await ask(question))
    }

    /// Prints events, one line each.
    func print(_ events: [Event]) {
        var text = ""
        for var event in events {
            event = event.asPublished
            text += options.json ? Output.jsonText(EventLine.json(event)) : EventLine.text(event, terminal)
            text += "\n"
        }
        Output.standard(text)
    }

    /// - Throws: `CommandFailure` for whatever the client throws.
    func ask<Answer>(_ question: (Client) async throws -> Answer) async throws(CommandFailure) -> Answer {
        do {
            return try await question(client)
        } catch let error as ClientError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
    }
}
