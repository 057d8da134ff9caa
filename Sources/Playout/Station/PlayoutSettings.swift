/// Where the playout keeps its things.
package struct PlayoutSettings: Hashable, Sendable {
    /// For the journal and the lock; has to exist.
    package var stateFolder: String
    /// For the socket; has to exist.
    package var runtimeFolder: String
    /// Where items lie whose path is not absolute.
    package var audioFolder: String

    package init(stateFolder: String, runtimeFolder: String, audioFolder: String) {
        self.stateFolder = stateFolder
        self.runtimeFolder = runtimeFolder
        self.audioFolder = audioFolder
    }

    package var journalPath: String { "\(stateFolder)/playout.journal" }
    package var lockPath: String { "\(stateFolder)/playout.lock" }
    package var socketPath: String { "\(runtimeFolder)/playout.sock" }
}
