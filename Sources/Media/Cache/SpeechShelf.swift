import Glibc

/// Sound that waits to be played, as files that another process reads.
///
/// A file is there whole or not at all.
package struct SpeechShelf: Sendable {
    private let folder: String

    /// - Parameter folder: made when it is missing; its parent must be there.
    package init(folder: String) { self.folder = folder }

    /// Writes a sound.
    ///
    /// - Parameters:
    ///   - sound: at the station's rate.
    ///   - name: of letters, digits, dashes and points.
    /// - Returns: the file's name in the folder.
    /// - Throws: `SpeechError` with `.failed` when it cannot be written.
    package func put(_ sound: PCM, as name: String) async throws(SpeechError) -> String {
        let file = "\(name).wav"
        try await OffPool.run { [folder] () throws(SpeechError) in
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw SpeechError(.failed, "\(folder) cannot be made: \(String(cString: strerror(errno)))")
            }
            try FileBytes.write(WAV.file(sound), to: "\(folder)/\(file)")
        }
        return file
    }

    /// Removes all sounds but those whose names are wanted; what was never there is no fault.
    ///
    /// - Throws: `SpeechError` with `.failed` when the system has no more threads.
    package func keepOnly(_ isWanted: @escaping @Sendable (_ name: String) -> Bool) async throws(SpeechError) {
        try await OffPool.run { [folder] () throws(SpeechError) in
            guard let stream = opendir(folder) else { return }
            var names: [String] = []
            while let entry = readdir(stream) {
                names.append(
                    withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                )
            }
            closedir(stream)
            for name in names where name.hasSuffix(".wav") || name.hasSuffix(".new") {
                if !isWanted(String(name.prefix { $0 != "." })) { unlink("\(folder)/\(name)") }
            }
        }
    }
}
