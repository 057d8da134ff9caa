import CryptoCallClient

/// Message queues as people read them.
enum MessagePage {
    static func queues(_ queues: [MessageQueueList.Queue], _ terminal: Terminal) -> [String] {
        guard !queues.isEmpty else { return ["no message queues"] }
        var table = TextTable("QUEUE", ">WAITING", ">VISIBLE", ">EVER SENT", "OLDEST")
        for queue in queues {
            table.add(
                .init(queue.queue),
                .init("\(queue.length)"),
                .init("\(queue.visible)"),
                .init("\(queue.sent)"),
                .init(queue.oldestAgeSeconds.map { Figures.duration(Double($0)) } ?? "-")
            )
        }
        return table.lines(terminal)
    }

    static func dead(_ messages: [DeadMessages.Message], _ terminal: Terminal) -> [String] {
        guard !messages.isEmpty else { return ["nothing was given up"] }
        var table = TextTable(">MESSAGE", ">READS", "SENT", "GIVEN UP", "REASON")
        for message in messages {
            table.add(
                .init("\(message.id)"),
                .init("\(message.reads)"),
                .init(JobPage.time(message.enqueuedAt)),
                .init(JobPage.time(message.archivedAt)),
                .init(message.reason)
            )
        }
        return table.lines(terminal)
    }
}
