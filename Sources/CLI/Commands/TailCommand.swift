import ArgumentParser
import BusZeroMQ
import CryptoCallClient

/// `tail`: follows events.
struct TailCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follow events, complete and in order, also across restarts of the station.",
        discussion: """
            What was missed is read again from the event log; what cannot be is told. With --verify the end is a \
            summary, and the exit code is 1 when a durable event is missing. ctrl-C ends it.
            """
    )

    @Argument(help: "Only topics that start like this, e.g. market. or market.price.ticked.BTC-USD.")
    var prefix = ""

    @Option(help: ArgumentHelp("Start with the durable events from this position on.", valueName: "offset"))
    var since: UInt64?

    @Option(help: "End after this many events.")
    var count: UInt64?

    @Option(name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "seconds"))
    var seconds: Double?

    @Flag(help: "At the end say whether everything came.")
    var verify = false

    @Flag(help: "Do not print the events.")
    var quiet = false

    @OptionGroup var options: GlobalOptions

    mutating func validate() throws {
        guard prefix.utf8.count <= 200, prefix.utf8.allSatisfy({ $0 < 128 }) else {
            throw ValidationError("a prefix is ASCII and has at most 200 bytes")
        }
        if let seconds, !(seconds > 0 && seconds <= 1e9) {
            throw ValidationError("--for is a number of seconds above 0")
        }
    }

    func perform() async throws {
        let session = try Session(options)
        // A first question tells at once when nobody is there.
        _ = try await session.call("system.hello")
        let follow = session.client.follow(prefix, since: since)
        let signals = try Interrupts.stream()
        let start = ContinuousClock.now
        let failure = await withTaskGroup(of: CommandFailure?.self) { group in
            // Whichever is first ends the others: the stream, an interrupt, the time.
            group.addTask { await print(follow, session) }
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            if let seconds {
                group.addTask {
                    // Cut short only when the command ends anyway.
                    try? await ContinuousClock().sleep(for: .seconds(seconds))
                    return nil
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if let failure { throw failure }
        guard verify else { return }
        let verdict = Verdict(statistics: follow.statistics, seconds: start.duration(to: .now) / .seconds(1))
        if options.json {
            Output.json(verdict.json)
        } else {
            Output.standard(verdict.lines(session.terminal).map { $0 + "\n" }.joined())
        }
        if verdict.statistics.epochs == 0 {
            throw CommandFailure(.unavailable, "no welcome came from \(session.client.place.events)")
        }
        if !verdict.isComplete { throw ArgumentParser.ExitCode(Sysexit.unrepairedLoss.rawValue) }
    }

    private func print(_ follow: Follow, _ session: Session) async -> CommandFailure? {
        var handed: UInt64 = 0
        do {
            if count == 0 { return nil }
            for try await element in follow {
                switch element {
                case .event(let event):
                    if !quiet { Output.standard(line(event, session)) }
                    handed += 1
                    if handed == count { return nil }
                case .lost(let loss):
                    if options.json {
                        Output.json(EventLine.json(loss))
                    } else {
                        Output.standard(EventLine.text(loss, session.terminal) + "\n")
                    }
                }
            }
            return nil
        } catch let error as ClientError {
            return CommandFailure(error)
        } catch {
            return CommandFailure(.software, "\(error)")
        }
    }

    private func line(_ event: Event, _ session: Session) -> String {
        (options.json ? Output.jsonText(EventLine.json(event)) : EventLine.text(event, session.terminal)) + "\n"
    }
}
