import ArgumentParser
import Foundation
import Glibc
import RenderWire
import Rendering

/// `cryptocall-render`: draws films.
@main
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cryptocall-render",
        abstract: "Draws films, and what is on air, with the station's hosts.",
        discussion: """
            The daemon runs it for one film each, and kills it when nobody wants the film any more; by hand it does the \
            same. Exit codes: 64 usage, 65 the order names something that is not there, 69 a program is missing, 73 a \
            file cannot be written, 70 the encoder failed.
            """,
        subcommands: [FilmCommand.self, LiveCommand.self]
    )
}

/// `cryptocall-render film`: makes the film of an order.
struct FilmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "film",
        abstract: "Makes the film of an order, and tells its progress as lines of JSON."
    )

    @Argument(help: "A file with the order in JSON.")
    var order: String

    /// No order has more to say.
    private static let orderSizeBytesMax = 64 << 20

    func run() throws {
        // Whoever listens no more is noticed when writing.
        signal(SIGPIPE, SIG_IGN)
        do throws(RenderFault) {
            let order = try FilmCommand.read(order)
            let maker = FilmMaker(
                order,
                drawing: { order throws(RenderFault) in try ScenePicture(order) },
                report: FilmCommand.tell
            )
            FilmCommand.tell(.done(try maker.make()))
        } catch {
            FilmCommand.tell(.failed(error))
            throw ExitCode(error.code.exitCode)
        }
    }

    private static func read(_ path: String) throws(RenderFault) -> RenderOrder {
        guard let file = FileHandle(forReadingAtPath: path),
            let bytes = try? file.read(upToCount: orderSizeBytesMax + 1), bytes.count <= orderSizeBytesMax
        else { throw RenderFault(.badOrder, "the order cannot be read") }
        do {
            return try JSONDecoder().decode(RenderOrder.self, from: bytes)
        } catch {
            throw RenderFault(.badOrder, "the order is none: \(error)")
        }
    }

    private static func tell(_ report: RenderReport) {
        guard var line = try? JSONEncoder().encode(report) else { return }
        line.append(UInt8(ascii: "\n"))
        var rest = Array(line)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody waits for the film any more.
            guard count > 0 else { Foundation.exit(74) }
            rest = rest.dropFirst(count)
        }
    }
}

extension RenderFault.Code {
    var exitCode: Int32 {
        switch self {
        case .badOrder, .badInput: 65
        case .unavailable: 69
        case .encoder: 70
        case .files: 73
        }
    }
}
