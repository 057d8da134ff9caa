import ChildProcesses
import Glibc

/// Memory for some pictures that the renderer draws into; closed with its owner.
///
/// It is read with `pread` and not mapped: whatever the other side does to it, reading fails and the process lives.
final class FrameMemory {
    let descriptor: Int32
    private let frameBytes: Int

    /// The place of the card, behind those of `PictureSlots`.
    static let card = PictureSlots.count

    /// - Throws: `ChildLaunchError` when the system refuses.
    init(frameBytes: Int) throws(ChildLaunchError) {
        self.frameBytes = frameBytes
        // With a name for a moment, which nobody else may open.
        let name = "/cryptocall-\(getpid())-\(UInt64.random(in: .min ... .max))"
        let made = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard made >= 0 else { throw ChildLaunchError(program: "memory for pictures", code: errno) }
        shm_unlink(name)
        guard ftruncate(made, frameBytes * (FrameMemory.card + 1)) == 0 else {
            let code = errno
            close(made)
            throw ChildLaunchError(program: "memory for pictures", code: code)
        }
        descriptor = made
    }

    deinit { close(descriptor) }

    /// Copies a picture.
    ///
    /// - Returns: whether all of it was there.
    func read(_ place: Int, into picture: inout [UInt8]) -> Bool {
        let start = place * frameBytes
        return picture.withUnsafeMutableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, start + done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}
