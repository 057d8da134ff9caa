import Drawing
import Glibc
import RenderWire

/// The memory for pictures that the playout has made: we draw into the place that it names, and nobody reads there
/// meanwhile.
final class LiveMemory {
    private let base: UnsafeMutableRawPointer
    private let size: Int
    private let frameBytes: Int

    /// Behind the pictures: the card.
    static let card = 4

    /// - Throws: `RenderFault` when it is not there, or too small.
    init(descriptor: Int32, frameBytes: Int) throws(RenderFault) {
        let size = frameBytes * (LiveMemory.card + 1)
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) >= size,
            let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
        else { throw RenderFault(.files, "there is no memory for pictures as descriptor \(descriptor)") }
        (self.base, self.size, self.frameBytes) = (base, size, frameBytes)
    }

    deinit { munmap(base, size) }

    /// Copies a picture to its place; one that is none is left out.
    func put(_ canvas: Canvas, at place: Int) -> Bool {
        guard (0...LiveMemory.card).contains(place) else { return false }
        return canvas.withPixels { pixels in
            guard pixels.count == frameBytes, let source = pixels.baseAddress else { return false }
            memcpy(base + place * frameBytes, source, frameBytes)
            return true
        }
    }
}
