import ChildProcesses
import Glibc
import RenderWire

/// Runs ffmpeg for one file, with an argument vector and no environment of ours; blocks.
final class VideoProgram {
    private let process: pid_t
    private let errors: Int32
    /// What it reads on standard input; -1 when it is closed.
    private var input: Int32
    private var isOver = false

    static let program = "ffmpeg"
    private static let saidSizeBytesMax = 8192

    /// - Parameters:
    ///   - arguments: after those that keep it quiet.
    ///   - isFed: whether it gets something on standard input.
    /// - Throws: `RenderFault` with `.unavailable` when it is not installed.
    init(_ arguments: [String], isFed: Bool = false) throws(RenderFault) {
        do throws(ChildLaunchError) {
            let (input, errors) = (try ChildPipe(), try ChildPipe())
            // A file whose end cannot be written is a failure, too.
            let quiet = ["-hide_banner", "-loglevel", "error", "-xerror", "-y"] + (isFed ? [] : ["-nostdin"])
            var launch = ChildLaunch(VideoProgram.program, quiet + arguments)
            if isFed { launch.input = .descriptor(input.theirs) }
            launch.errors = .descriptor(errors.theirs)
            process = try launch.start()
            self.input = isFed ? input.takeOurs() : -1
            self.errors = errors.takeOurs()
        } catch {
            let problem = error.isMissing ? "ffmpeg is not installed: apt install ffmpeg" : "\(error)"
            throw RenderFault(.unavailable, problem)
        }
        guard input >= 0 else { return }
        // Frames are large: with a small buffer both sides would only wait for one another.
        var size = Int32(4 << 20)
        setsockopt(input, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { kill() }

    /// Gives it bytes, and waits until it has taken them.
    ///
    /// - Throws: `RenderFault` with `.encoder` and its last words when it takes no more.
    func write(_ bytes: UnsafeRawBufferPointer) throws(RenderFault) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.send(input, base + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                var descriptor = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
                poll(&descriptor, 1, -1)
            } else if errno != EINTR {
                throw finish() ?? RenderFault(.encoder, "ffmpeg takes no more frames")
            }
        }
    }

    /// Lets it come to its end.
    ///
    /// - Throws: `RenderFault` with `.encoder` and its last words.
    func complete() throws(RenderFault) {
        if let fault = finish() { throw fault }
    }

    private func finish() -> RenderFault? {
        guard !isOver else { return nil }
        isOver = true
        if input >= 0 { close(input) }
        input = -1
        let said = lastWords()
        let end = ChildEnd.waiting(for: process)
        guard end != .exited(code: 0) else { return nil }
        return RenderFault(.encoder, "ffmpeg: \(end)\(said.isEmpty ? "" : ": \(said)")")
    }

    /// Reads until it has closed its side.
    private func lastWords() -> String {
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var descriptor = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, -1) > 0 || errno == EINTR else { break }
            let count = read(errors, &buffer, buffer.count)
            if count > 0 {
                said += buffer[..<count]
                if said.count > VideoProgram.saidSizeBytesMax {
                    said.removeFirst(said.count - VideoProgram.saidSizeBytesMax)
                }
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                break
            }
        }
        let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).last
        return String((line ?? "").prefix(300))
    }

    private func kill() {
        if !isOver {
            Glibc.kill(process, SIGKILL)
            _ = ChildEnd.waiting(for: process)
            if input >= 0 { close(input) }
        }
        close(errors)
    }
}
