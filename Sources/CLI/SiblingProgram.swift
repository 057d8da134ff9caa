import ChildProcesses
import Glibc
import Threading

/// Another program of this installation, in the same folder as this one.
enum SiblingProgram {
    /// - Throws: `CommandFailure` when it is not there.
    static func path(_ name: String) throws(CommandFailure) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? "."
        let path = "\(folder)/\(name)"
        guard access(path, X_OK) == 0 else {
            throw CommandFailure(.unavailable, "\(path) is missing: install the daemon beside this program")
        }
        return path
    }

    /// Replaces this process.
    ///
    /// - Returns: why that did not work; otherwise it does not return.
    static func become(_ path: String, _ arguments: [String]) -> CommandFailure {
        _ = withCStrings([path] + arguments) { execv(path, $0) }
        return CommandFailure(.software, "cannot run \(path): \(String(cString: strerror(errno)))")
    }

    /// Runs it to its end.
    ///
    /// - Returns: what it printed, and its exit code.
    /// - Throws: `CommandFailure` when it cannot be started.
    static func run(
        _ path: String,
        _ arguments: [String]
    ) async throws(CommandFailure) -> (output: String, status: Int32) {
        typealias Outcome = Result<(String, Int32), CommandFailure>
        // On a plain thread, because it waits.
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            do throws(ThreadError) {
                _ = try OSThread(name: "sibling") {
                    continuation.resume(returning: Outcome { () throws(CommandFailure) in try wait(path, arguments) })
                }
            } catch {
                continuation.resume(returning: .failure(failure(path, error.code)))
            }
        }
        return try outcome.get()
    }

    private static func wait(_ path: String, _ arguments: [String]) throws(CommandFailure) -> (String, Int32) {
        do throws(ChildLaunchError) {
            let pipe = try ChildPipe()
            var launch = ChildLaunch(path, arguments, environment: ChildLaunch.ownEnvironment)
            launch.input = .inherited
            launch.output = .descriptor(pipe.theirs)
            launch.errors = .descriptor(pipe.theirs)
            let child = try launch.start()
            pipe.closeTheirs()
            let output = readAll(pipe.ours)
            return (String(decoding: output, as: UTF8.self), ChildEnd.waiting(for: child).shellCode)
        } catch {
            throw failure(path, error.code)
        }
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while output.count < 16 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                output += buffer.prefix(count)
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return output
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(.software, "cannot run \(path): \(String(cString: strerror(code)))")
    }
}
