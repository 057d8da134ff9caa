import Bus

/// What the publisher's thread has to do, and when.
struct PublisherWork {
    private(set) var folder: HLSFolder
    private var builder: SegmentBuilder
    /// Complete, and not stored yet.
    private var waiting: [BuiltSegment] = []
    private var retry = RestartPolicy(first: .milliseconds(500), longest: .seconds(5), resetAfter: .seconds(1))
    private var retryAt: ContinuousClock.Instant?
    /// When the playlist changed last.
    private var lastVersion: ContinuousClock.Instant?
    /// Stored, and not public yet.
    private var storedSegments = 0
    private(set) var lastSegmentAt: Timestamp?
    private(set) var publishedSegments = 0
    private(set) var droppedSegments = 0
    private(set) var didSucceed = false
    /// What the picture's publisher knows of the sound's, and this one of that.
    private let board: SegmentBoard?

    init(_ folder: HLSFolder, firstSegmentSeconds: Double?, board: SegmentBoard? = nil) {
        self.folder = folder
        self.board = board
        builder = SegmentBuilder(
            targetSeconds: folder.playlist.targetSeconds,
            firstSeconds: firstSegmentSeconds,
            grid: board == nil ? nil : PictureClock.gridSamples
        )
        // When the process before this one changed the playlist is not known: it may have been just now.
        if !folder.playlist.segments.isEmpty { lastVersion = .now }
    }

    var isFailing: Bool { retryAt != nil }
    var isDone: Bool { waiting.isEmpty && !folder.isDirty }
    var mayTry: Bool { retryAt.map { ContinuousClock.now >= $0 } ?? true }

    /// A version may not follow the last one sooner than half a target duration.
    private var versionWait: Duration {
        guard let lastVersion else { return .zero }
        let due = lastVersion.advanced(by: .milliseconds(500 * folder.playlist.targetSeconds))
        return max(.zero, ContinuousClock.now.duration(to: due))
    }

    var nextWait: Duration {
        if let retryAt { return max(.milliseconds(10), ContinuousClock.now.duration(to: retryAt)) }
        // Files expire at any time; a second is soon enough.
        return folder.isDirty ? max(.milliseconds(1), versionWait) : .seconds(1)
    }

    mutating func take(_ frames: [QueuedFrame], isLast: Bool) {
        for queued in frames { waiting += builder.append(queued.frame, queued.start) }
        if isLast, let rest = builder.finish() { waiting.append(rest) }
        // What a player would have forgotten by then need not be kept.
        let most = max(3, folder.playlist.windowSeconds / folder.playlist.targetSeconds)
        let excess = waiting.count - most
        guard excess > 0 else { return }
        waiting.removeFirst(excess)
        droppedSegments += excess
        folder.markNext()
    }

    mutating func publish(_ captions: CaptionStore) throws(OutputFolderError) {
        didSucceed = false
        let hadWork = isFailing || !isDone
        while let segment = waiting.first {
            let start = segment.frames.first?.start ?? 0
            let cues = captions.take(start: start, end: start + segment.samples)
            board?.note(folder.playlist.nextSequence, start: start)
            try folder.store(segment, cues: cues, now: .now)
            storedSegments += 1
            waiting.removeFirst()
        }
        if folder.isDirty, versionWait == .zero {
            try folder.publish()
            board?.post(folder.playlist)
            if storedSegments > 0 {
                lastVersion = .now
                lastSegmentAt = .now
            }
            publishedSegments += storedSegments
            storedSegments = 0
        }
        if let board { try folder.list(board.variant) }
        try folder.removeExpired(at: .now)
        didSucceed = hadWork
        retryAt = nil
    }

    mutating func failed() {
        didSucceed = false
        let delay = max(.milliseconds(100), retry.delay(afterWorking: .zero))
        retryAt = ContinuousClock.now.advanced(by: delay)
    }
}
