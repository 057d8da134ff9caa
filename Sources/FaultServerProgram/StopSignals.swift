import Glibc
import Threading

/// SIGTERM and SIGINT as something to wait for.
struct StopSignals {
    private let stream: AsyncStream<Int32>

    /// Takes the signals over; the thread that waits for them ends with the program.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    init() throws(ThreadError) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        let signals = try SignalPipe([SIGTERM, SIGINT])
        _ = try OSThread(name: "signals") {
            while let signal = signals.next() { continuation.yield(signal) }
            continuation.finish()
        }
        self.stream = stream
    }

    /// Waits for the first of them.
    func next() async {
        for await _ in stream { return }
    }
}
