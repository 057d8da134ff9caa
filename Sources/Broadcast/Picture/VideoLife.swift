import ChildProcesses
import Glibc

/// One life of the program that codes the picture.
///
/// Of the picture's thread alone; nothing here blocks.
struct VideoLife {
    let program: ChildProgram
    private var parser = FragmentedStream<VideoStart>()
    private(set) var start: VideoStart?
    /// What is left of the frame that is being given.
    private var given = 0
    private var isGiving = false
    private var lastProgress = ContinuousClock.now
    private let began = ContinuousClock.now

    /// On a machine that is busy a new life would not be faster.
    private static let stallAfter = Duration.seconds(4)
    private static let startWithin = Duration.seconds(7)

    /// - Throws: `ChildLaunchError` when the program is missing or the system refuses.
    init(_ settings: PictureSettings, first: Int64) throws(ChildLaunchError) {
        program = try ChildProgram(settings.program, settings.arguments(first: first), inputBytes: 1 << 20)
        program.yieldToOthers()
    }

    /// Whether a frame is only partly given.
    var isBusy: Bool { isGiving }
    var worked: Duration { began.duration(to: .now) }

    /// Begins to give a frame.
    mutating func give() { (given, isGiving) = (0, true) }

    /// Gives as much of the frame as is taken now.
    ///
    /// - Returns: `nil` when nobody reads any more; otherwise whether all of it is given.
    mutating func feed(_ picture: [UInt8]) -> Bool? {
        while given < picture.count {
            let count = picture.withUnsafeBytes { program.write(UnsafeRawBufferPointer(rebasing: $0[given...])) }
            guard let count else { return nil }
            guard count > 0 else { return false }
            given += count
        }
        isGiving = false
        return true
    }

    /// Takes what came out.
    ///
    /// - Returns: the frames' bytes; `nil` at the end.
    mutating func receive(_ buffer: inout [UInt8]) throws(MP4Error) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        while let count = program.read(into: &buffer) {
            guard count > 0 else {
                if !frames.isEmpty { lastProgress = .now }
                return frames
            }
            for part in try parser.append(buffer[..<count]) {
                switch part {
                case .start(let start): self.start = start
                case .fragment(let fragment): frames += fragment.frames.map { Array(fragment.bytes[$0]) }
                }
            }
        }
        return nil
    }

    /// Why it is to be ended, although it lives.
    ///
    /// - Parameter waiting: frames that it was given and that did not come out.
    /// - Returns: `nil` where it is not.
    func problem(waiting: Int64) -> String? {
        guard waiting > 2 else { return nil }
        let limit = start == nil ? VideoLife.startWithin : VideoLife.stallAfter
        return lastProgress.duration(to: .now) > limit ? "nothing came out of it for \(limit)" : nil
    }
}
