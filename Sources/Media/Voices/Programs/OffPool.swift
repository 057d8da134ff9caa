import Threading

/// Runs what blocks or works for a while beside the concurrency pool: files, filters, loudness.
enum OffPool {
    /// - Parameter body: runs on a thread of its own.
    /// - Returns: what it returns.
    /// - Throws: what it throws, and `SpeechError` with `.failed` when the system has no more threads.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(SpeechError) -> Value
    ) async throws(SpeechError) -> Value {
        let handOver = HandOver<Value>()
        await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
            do throws(ThreadError) {
                // Nobody joins it: it ends when the body has.
                _ = try OSThread(name: "speech") {
                    do throws(SpeechError) {
                        handOver.put(.success(try body()))
                    } catch {
                        handOver.put(.failure(error))
                    }
                    done.resume()
                }
            } catch {
                handOver.put(.failure(SpeechError(.failed, "speech: \(error)")))
                done.resume()
            }
        }
        return try handOver.take().get()
    }

    /// What passes from the thread to the task.
    ///
    /// Under a lock, which the sanitizer sees: of a continuation that is resumed before its task waits it does not see
    /// that one comes before the other.
    private final class HandOver<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, SpeechError>?>(nil)

        func put(_ value: Result<Value, SpeechError>) { result.withLock { $0 = value } }

        func take() -> Result<Value, SpeechError> {
            result.withLock { $0.take() } ?? .failure(SpeechError(.failed, "speech: a thread has left nothing"))
        }
    }
}
