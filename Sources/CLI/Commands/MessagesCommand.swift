import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `messages`: the queues that outside programs send to.
struct MessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract: "Look at the queues that other programs send to, send to one, or replay what was given up.",
        subcommands: [List.self, Send.self, Dead.self, Revive.self, Purge.self]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show all message queues and how full they are.")
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("messages.list", as: MessageQueueList.self) { list, terminal in
                MessagePage.queues(list.queues, terminal)
            }
        }
    }

    struct Send: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Send a message.")

        @Argument(help: "The queue.")
        var queue: String

        @Argument(help: "The message, a JSON object.")
        var body: String

        @Option(help: ArgumentHelp("Nobody sees it for so long.", valueName: "seconds"))
        var delay: Int64 = 0

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = [
                "queue": .string(queue), "body": try JSONArgument.object(body, "the message"),
                "delaySeconds": .int(delay),
            ]
            try await Session(options).show("messages.send", params, as: MessageChange.self) { change, _ in
                ["\(Terminal.plain(change.queue)): message \(change.id.map { "\($0)" } ?? "-")"]
            }
        }
    }

    struct Dead: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the messages of a queue that were given up.")

        @Argument(help: "The queue.")
        var queue: String

        @Option(help: ArgumentHelp("Only those behind this one, for the next page.", valueName: "id"))
        var after: Int64 = 0

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["queue": .string(queue), "after": .int(after)]
            try await Session(options).show("messages.dead", params, as: DeadMessages.self) { dead, terminal in
                MessagePage.dead(dead.messages, terminal)
            }
        }
    }

    struct Revive: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Put messages back that were given up.")

        @Argument(help: "The queue.")
        var queue: String

        @Argument(help: "The messages.")
        var ids: [Int64]

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["queue": .string(queue), "ids": .array(ids.map(JSONValue.int))]
            try await Session(options).show("messages.revive", params, as: MessageChange.self) { change, _ in
                ["\(Terminal.plain(change.queue)): \(change.revived?.count ?? 0) messages are back"]
            }
        }
    }

    struct Purge: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Delete all messages of a queue.")

        @Argument(help: "The queue.")
        var queue: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            let params: [String: JSONValue] = ["queue": .string(queue)]
            try await Session(options).show("messages.purge", params, as: MessageChange.self) { change, _ in
                ["\(Terminal.plain(change.queue)): \(change.purged ?? 0) messages deleted"]
            }
        }
    }
}
