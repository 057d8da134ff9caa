import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import Glibc

/// `top`: what moves, renewed every second.
struct TopCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show what moves, renewed every second; q or ctrl-C ends it."
    )

    @Flag(help: "Print one reading and end.")
    var once = false

    @Option(help: ArgumentHelp("The time between two readings.", valueName: "seconds"))
    var interval: Double = 1

    @OptionGroup var options: GlobalOptions

    mutating func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval is between 0.1 and 3600") }
    }

    func perform() async throws {
        let session = try Session(options)
        if options.json {
            Output.json(try await session.call("system.top"))
            return
        }
        let first = try await TopCommand.read(session)
        guard !once else {
            let lines = TopPage(previous: nil, current: first).lines(session.terminal)
            Output.standard(lines.map { $0 + "\n" }.joined())
            return
        }
        guard let screen = LiveScreen() else {
            throw CommandFailure(.usage, "top needs a terminal; --once prints one reading anywhere")
        }
        defer { screen.restore() }
        let signals = try Interrupts.stream()
        let keys = try screen.keys()
        let failure = await withTaskGroup(of: CommandFailure?.self) { group in
            // Whichever is first ends the others: the station, an interrupt, a key.
            group.addTask { await draw(session, screen, first) }
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            group.addTask {
                for await key in keys where key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") { break }
                return nil
            }
            let ended = await group.next() ?? nil
            group.cancelAll()
            return ended
        }
        screen.restore()
        if let failure { throw failure }
    }

    /// Redraws until the task is cancelled; a station that is away is shown as such and asked again.
    private func draw(_ session: Session, _ screen: LiveScreen, _ first: TopPage.Reading) async -> CommandFailure? {
        var (previous, current): (TopPage.Reading?, TopPage.Reading) = (nil, first)
        var hint = "q ends"
        while !Task.isCancelled {
            screen.draw(TopPage(previous: previous, current: current).lines(Terminal.standard(), hint: hint))
            do {
                try await ContinuousClock().sleep(for: .seconds(interval))
            } catch {
                return nil
            }
            do {
                let next = try await TopCommand.read(session)
                // Another run of the station counts from zero again.
                previous = next.status.epoch == current.status.epoch ? current : nil
                current = next
                hint = "q ends"
            } catch {
                guard error.status == .unavailable || error.status == .timedOut else { return error }
                hint = "no answer: the station is away; q ends"
            }
        }
        return nil
    }

    private static func read(_ session: Session) async throws(CommandFailure) -> TopPage.Reading {
        let status = try await session.call("system.status")
        let top = try await session.call("system.top")
        return TopPage.Reading(
            status: try Session.decode(Status.self, from: status, of: "system.status"),
            top: try Session.decode(Top.self, from: top, of: "system.top"),
            seconds: ContinuousClock.now.secondsSinceStart
        )
    }
}

extension ContinuousClock.Instant {
    private static let start = ContinuousClock.now

    /// Since this program first asked.
    var secondsSinceStart: Double { Self.start.duration(to: self) / .seconds(1) }
}
