import Bus
import Domain

extension SegmentStarted {
    init(_ segment: Segment) {
        self.init(
            segment: segment.id,
            host: segment.spoken.host,
            voice: segment.voice,
            seconds: segment.duration.map { $0 / .seconds(1) },
            at: segment.startedAt ?? segment.writtenAt
        )
    }
}

extension SegmentFinished {
    init(_ segment: Segment) {
        self.init(segment: segment.id, host: segment.spoken.host, at: segment.endedAt ?? segment.writtenAt)
    }
}

extension SegmentSkipped {
    init(_ segment: Segment) {
        self.init(
            segment: segment.id,
            host: segment.spoken.host,
            reason: segment.reason ?? "taken out of the running order",
            failed: segment.state == .failed,
            at: segment.endedAt ?? segment.writtenAt
        )
    }
}
