import Drawing
import Glibc
import RenderWire
import Threading

/// Hands pictures to the encoder on a thread of its own, one after the other.
///
/// A picture that was given is not touched until it was taken.
final class FrameWriter: @unchecked Sendable {
    // Proof for `@unchecked`: `program` is used by the writing thread alone from `init` to `end`, which waits for it;
    // a canvas is read by that thread between `give` and `taken`, while its owner waits; the rest is behind the lock.
    private let program: VideoProgram
    private var thread: OSThread?
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: (frame: Int, canvas: Canvas)?
    private var taken = -1
    private var fault: RenderFault?
    private var isEnding = false

    init(_ program: VideoProgram) throws(RenderFault) {
        self.program = program
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
        do {
            thread = try OSThread(name: "frames") { [unowned self] in run() }
        } catch {
            throw RenderFault(.unavailable, "no thread for frames: \(error)")
        }
    }

    deinit {
        end()
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        lock.deallocate()
        changed.deallocate()
    }

    /// Waits until there is room, and leaves a picture to the thread.
    func give(_ frame: Int, _ canvas: Canvas) {
        pthread_mutex_lock(lock)
        while waiting != nil, fault == nil { pthread_cond_wait(changed, lock) }
        waiting = (frame, canvas)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    /// - Throws: what the encoder has failed with.
    func waitUntilTaken(_ frame: Int) throws(RenderFault) {
        pthread_mutex_lock(lock)
        while taken < frame, fault == nil { pthread_cond_wait(changed, lock) }
        let fault = fault
        pthread_mutex_unlock(lock)
        if let fault { throw fault }
    }

    /// Ends the thread; what is still waiting is dropped.
    func end() {
        pthread_mutex_lock(lock)
        isEnding = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
        thread?.join()
        thread = nil
    }

    private func run() {
        while let (frame, canvas) = next() {
            let result: RenderFault?
            do throws(RenderFault) {
                try canvas.withPixels { bytes throws(RenderFault) in try program.write(bytes) }
                result = nil
            } catch {
                result = error
            }
            pthread_mutex_lock(lock)
            (waiting, taken, fault) = (nil, frame, result)
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(lock)
            if result != nil { return }
        }
    }

    private func next() -> (Int, Canvas)? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while waiting == nil, !isEnding { pthread_cond_wait(changed, lock) }
        return waiting.map { ($0.frame, $0.canvas) }
    }
}
