import Glibc
import Threading

/// A folder for files that programs hand over; only its owner can read it, and it goes away with it.
final class ScratchFolder: Sendable {
    private let parent: String
    private struct State {
        var path: String?
        var count = 0
    }
    private let state = Mutex(State())

    /// - Parameter parent: where it is made, when it is first needed.
    init(below parent: String) { self.parent = parent }

    deinit {
        if let path = state.withLock({ $0.path }) { rmdir(path) }
    }

    /// The path of a file that is not there yet.
    ///
    /// - Throws: `SpeechError` with `.failed` when the folder cannot be made.
    func file() async throws(SpeechError) -> String {
        try await OffPool.run { [self] () throws(SpeechError) in
            let result = state.withLock { state -> Result<String, SpeechError> in
                if state.path == nil {
                    var template = Array("\(parent)/cryptocall-speech-XXXXXX".utf8CString)
                    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) != nil
                    else {
                        let reason = String(cString: strerror(errno))
                        return .failure(SpeechError(.failed, "scratch: no folder can be made in \(parent): \(reason)"))
                    }
                    state.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                }
                state.count += 1
                return .success("\(state.path ?? parent)/\(state.count).wav")
            }
            return try result.get()
        }
    }

    /// Reads a file and removes it; blocks.
    ///
    /// - Returns: `nil` when there is none, or it is too large.
    func take(_ path: String, bytesMax: Int) -> [UInt8]? {
        defer { unlink(path) }
        return FileBytes.read(path, bytesMax: bytesMax)
    }
}
