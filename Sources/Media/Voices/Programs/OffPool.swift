import Threading

/// Runs what blocks or works for a while beside the concurrency pool: files, filters, loudness.
enum OffPool {
    /// - Parameter body: runs on a thread of its own.
    /// - Returns: what it returns.
    /// - Throws: what it throws, and `SpeechError` with `.failed` when the system has no more threads.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(SpeechError) -> Value
    ) async throws(SpeechError) -> Value {
        let result = await withUnsafeContinuation { (done: UnsafeContinuation<Result<Value, SpeechError>, Never>) in
            do throws(ThreadError) {
                // Nobody joins it: it ends when the body has.
                _ = try OSThread(name: "speech") {
                    do throws(SpeechError) {
                        done.resume(returning: .success(try body()))
                    } catch {
                        done.resume(returning: .failure(error))
                    }
                }
            } catch {
                done.resume(returning: .failure(SpeechError(.failed, "speech: \(error)")))
            }
        }
        return try result.get()
    }
}
