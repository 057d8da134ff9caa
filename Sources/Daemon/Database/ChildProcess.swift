import ChildProcesses
import Glibc

/// A program that is run to its end, with an argument vector and never through a shell; blocks.
struct ChildProcess {
    let program: String
    var arguments: [String] = []
    /// Added to this process's own environment.
    var environment: [String: String] = [:]

    private static let errorBytesMax = 16_384

    /// Runs it.
    ///
    /// - Parameter onOutput: gets what the program prints, piece by piece.
    /// - Throws: `DatabaseFailure` when it is missing or fails, with what it printed on standard error.
    func run(onOutput: (ArraySlice<UInt8>) throws -> Void = { _ in }) throws {
        let (output, errors, child) = try start()
        output.closeTheirs()
        errors.closeTheirs()
        var said: [UInt8] = []
        var failure: (any Error)?
        do {
            try Self.readAll(output, onOutput, errors) { said = Array((said + $0).suffix(Self.errorBytesMax)) }
        } catch {
            failure = error
            kill(child, SIGTERM)
        }
        let end = ChildEnd.waiting(for: child)
        if let failure { throw failure }
        guard end == .exited(code: 0) else {
            let text = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
            throw DatabaseFailure(.ioError, "\(program) failed with \(end): \(text)")
        }
    }

    private func start() throws(DatabaseFailure) -> (output: ChildPipe, errors: ChildPipe, child: pid_t) {
        let variables = ChildLaunch.ownEnvironment.merging(environment) { _, ours in ours }
        var launch = ChildLaunch(program, arguments, environment: variables)
        do throws(ChildLaunchError) {
            let (output, errors) = (try ChildPipe(), try ChildPipe())
            launch.output = .descriptor(output.theirs)
            launch.errors = .descriptor(errors.theirs)
            return (output, errors, try launch.start())
        } catch {
            throw DatabaseFailure(.unavailable, "\(error): install PostgreSQL's client programs")
        }
    }

    /// Reads both pipes to their ends, so that neither fills up.
    private static func readAll(
        _ output: ChildPipe,
        _ onOutput: (ArraySlice<UInt8>) throws -> Void,
        _ errors: ChildPipe,
        _ onError: (ArraySlice<UInt8>) -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var descriptors = [output.ours, errors.ours].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while descriptors.contains(where: { $0.fd >= 0 }) {
            guard poll(&descriptors, 2, -1) >= 0 || errno == EINTR else { return }
            for index in 0..<2 where descriptors[index].fd >= 0 && descriptors[index].revents != 0 {
                let count = read(descriptors[index].fd, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    descriptors[index].fd = -1
                } else if index == 0 {
                    try onOutput(buffer[..<count])
                } else {
                    onError(buffer[..<count])
                }
            }
        }
    }
}
