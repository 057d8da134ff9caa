/// What one life of a push target is fed: sound alone as ADTS, or sound and picture as FLV.
enum PushFeed {
    case sound
    case both(PictureFeed)
}

/// Brings sound and picture of one life together: it begins with a frame of picture that depends on none.
struct PictureFeed {
    private var writer: FLVWriter?
    /// Sound that came before the first picture.
    private var early: [QueuedFrame] = []
    private var next: Int64?

    private static let earlyMax = 500

    /// - Returns: the bytes for what came.
    mutating func append(_ sound: [QueuedFrame], _ pictures: [(frame: VideoFrame, start: VideoStart)]) -> [UInt8] {
        var bytes: [UInt8] = []
        early += sound
        for (frame, start) in pictures {
            // After a hole it goes on with one that depends on none.
            guard frame.isKey || frame.number == next else {
                next = nil
                continue
            }
            next = frame.number + 1
            if writer == nil { writer = FLVWriter(origin: PictureClock.sample(of: frame.number)) }
            writer?.append(frame, start, to: &bytes)
        }
        guard writer != nil else {
            early.removeFirst(max(0, early.count - PictureFeed.earlyMax))
            return bytes
        }
        for queued in early { writer?.append(queued.frame, queued.start, to: &bytes) }
        early = []
        return bytes
    }
}
