import Glibc
import Subprocess
import SystemPackage

/// A program that is run to its end, with an argument vector and never through a shell.
///
/// The process that uses it must ignore SIGPIPE, as the daemon does: a program that ends early closes its input.
struct VoiceProgram: Sendable {
    /// A name that is looked for in `PATH`, or a path.
    let program: String
    /// What to do when it is not there, such as a command that installs it.
    let remedy: String

    struct Outcome: Sendable {
        let output: [UInt8]
        let errors: String
        /// `nil` when a signal has ended it.
        let exitCode: Int32?
        let status: String
    }

    private static let errorBytesMax = 64 * 1024

    /// Whether it is there; looks at the files named so and runs nothing.
    var availability: SpeechAvailability {
        if program.contains("/") { return access(program, X_OK) == 0 ? .available : .unavailable(absence) }
        let folders = Self.searchPath.split(separator: ":")
        let isThere = folders.contains { access("\($0)/\(program)", X_OK) == 0 }
        return isThere ? .available : .unavailable(absence)
    }

    private static var searchPath: String { getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin" }

    private var absence: String { "\(program) is not installed: \(remedy)" }

    /// Runs it, with nothing of this process's environment but the search path; it is killed when it takes too long, says too much, or nobody waits for it any more.
    ///
    /// - Parameters:
    ///   - arguments: each as the program gets it.
    ///   - input: what it reads on standard input.
    ///   - outputMax: in bytes.
    ///   - patience: how long it may take.
    /// - Returns: what it has printed, however it ended.
    /// - Throws: `SpeechError`.
    func run(
        _ arguments: [String],
        input: [UInt8],
        outputMax: Int,
        patience: Duration
    ) async throws(SpeechError) -> Outcome {
        let result = await withTaskGroup(of: Result<Outcome, SpeechError>.self) { group in
            // The program; a child of this task, so that it dies with it.
            group.addTask { await self.outcome(arguments, input, outputMax) }
            // Its time.
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: patience)
                    return .failure(SpeechError(.timedOut, "\(self.program): no answer within \(patience)"))
                } catch {
                    return .failure(SpeechError(.cancelled, "\(self.program): nobody waits for it"))
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(SpeechError(.failed, "\(self.program): not run"))
        }
        if Task.isCancelled { throw SpeechError(.cancelled, "\(program): nobody waits for it") }
        return try result.get()
    }

    private func outcome(_ arguments: [String], _ input: [UInt8], _ outputMax: Int) async -> Result<
        Outcome, SpeechError
    > {
        do {
            // The library writes no ready-made input: in 1.0.2 a program that ends before it has read such an input
            // stops the whole process. What is written here is closed in every case.
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(arguments),
                environment: .custom(["PATH": Self.searchPath, "LANG": "C.UTF-8"]),
                input: .inputWriter,
                output: .bytes(limit: outputMax),
                error: .bytes(limit: Self.errorBytesMax)
            ) { execution in
                // A program that does not want it all says by its end what it thinks of it.
                _ = try? await execution.standardInputWriter.write(input)
                try? await execution.standardInputWriter.finish()
            }
            let errors = String(decoding: result.standardError, as: UTF8.self)
            switch result.terminationStatus {
            case .exited(let code):
                return .success(
                    Outcome(output: result.standardOutput, errors: errors, exitCode: code, status: "exit code \(code)")
                )
            case .signaled(let signal):
                return .success(
                    Outcome(output: result.standardOutput, errors: errors, exitCode: nil, status: "signal \(signal)")
                )
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .failure(SpeechError(.unavailable, absence))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(SpeechError(.badAnswer, "\(program): it says more than \(outputMax) bytes"))
        } catch is CancellationError {
            return .failure(SpeechError(.cancelled, "\(program): nobody waits for it"))
        } catch {
            return .failure(SpeechError(.failed, "\(program): it could not be run to its end"))
        }
    }
}
