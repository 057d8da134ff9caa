import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `publish`: brings events in from outside.
struct PublishCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish events in your name.",
        discussion: """
            With - instead of a type, standard input holds one event per line: \
            {"type": …, "subject": …, "payload": …}. With --payload - it holds one payload per line. Lines are sent in \
            batches, and each batch is published whole or not at all.
            """
    )

    @Argument(help: "The event's type, or - for events from standard input.")
    var type: String

    @Option(help: "What it is about, where its type has several: a pair, a channel, a queue.")
    var subject: String?

    @Option(help: ArgumentHelp("The payload, or - for payloads from standard input.", valueName: "json"))
    var payload = "{}"

    @OptionGroup var options: GlobalOptions

    mutating func validate() throws {
        if type == "-", subject != nil || payload != "{}" {
            throw ValidationError("with - the lines say type, subject and payload")
        }
    }

    func perform() async throws {
        let session = try Session(options)
        if type != "-", payload != "-" {
            let event = try OutgoingLine.event(type: type, subject: subject, payload: payload)
            try await publish([event], session)
            return
        }
        var batches = OutgoingBatches()
        let input = InputLines()
        while let lines = try await input.next() {
            for line in lines where !line.text.isEmpty {
                let event = try OutgoingLine.event(line, type: type == "-" ? nil : type, subject: subject)
                if let full = batches.add(event) { try await publish(full, session) }
            }
        }
        if let rest = batches.finish() { try await publish(rest, session) }
    }

    private func publish(_ events: [JSONValue], _ session: Session) async throws {
        let result = try await session.call("events.publish", ["events": .array(events)])
        if options.json {
            Output.json(result)
            return
        }
        let offsets = result["offsets"]?.array ?? []
        var text = ""
        for (index, id) in (result["ids"]?.array ?? []).enumerated() {
            let offset = offsets.indices.contains(index) ? offsets[index].int.map { "  @\($0)" } : nil
            text += "\(Terminal.plain(id.string ?? "?"))\(offset ?? "")\n"
        }
        Output.standard(text)
    }
}
