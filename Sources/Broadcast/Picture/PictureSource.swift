import Bus
import ChildProcesses
import Glibc

/// The renderer, a child that draws a picture for each frame, and what it has drawn last.
///
/// Of the picture's thread alone; nothing here blocks. The renderer reads lines of JSON: what is to be seen, and
/// `{"tick":{"frame":n,"slot":s}}` for each frame that it is to draw. It draws into the memory that it has as
/// descriptor 3, and says so by a byte with the slot's number; the first picture is the card, in the slot behind the
/// others.
struct PictureSource {
    private let settings: PictureSettings
    private let orders: PictureOrders
    private var policy = RestartPolicy(first: .milliseconds(250), longest: .seconds(10), resetAfter: .seconds(10))
    private var program: ChildProgram?
    private var memory: FrameMemory?
    private var slots = PictureSlots()
    private var pending = PendingBytes()
    private var began = ContinuousClock.now
    private var startAt: ContinuousClock.Instant?
    private var lastFinished = ContinuousClock.now
    private var hasSpoken = false
    private var buffer = [UInt8](repeating: 0, count: 4096)

    /// The newest picture, and of which frame it is.
    private(set) var picture: [UInt8] = []
    private(set) var newest: Int64?
    /// Whether it was not sent yet.
    private(set) var isNew = false
    private(set) var card: [UInt8]?
    /// The frame that was asked for last.
    private var lastOrdered: Int64 = -1
    private(set) var drawn = 0
    private(set) var dropped = 0
    private(set) var starts = 0
    private var failure: String?

    /// A renderer that has something to draw and gives nothing for so long is ended.
    ///
    /// The first picture of a scene takes its time on a busy machine; one that starts reads its figures.
    private static let stallAfter = Duration.seconds(3)
    private static let startWithin = Duration.seconds(10)
    private static let pendingBytesMax = 4 << 20

    init(_ settings: PictureSettings, _ orders: PictureOrders) {
        self.settings = settings
        self.orders = orders
    }

    var processID: Int32 { program?.processID ?? 0 }
    var late: Int { slots.late }

    /// What is waited for.
    var descriptors: [pollfd] {
        [
            pollfd(fd: program?.output ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: program?.errors ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pending.isEmpty ? -1 : program?.input ?? -1, events: Int16(POLLOUT), revents: 0),
        ]
    }

    /// Does what is due: starts it, tells it, takes what it drew.
    mutating func turn() {
        guard program != nil else { return startIfDue() }
        for line in orders.takeChanged() { pending.append(line + [10]) }
        receive()
        guard let program else { return }
        program.readErrors(&buffer)
        guard pending.drain({ program.write($0) }) != nil else { return fail("it reads no more") }
        if pending.count > PictureSource.pendingBytesMax { return fail("it does not read") }
        let quiet = lastFinished.duration(to: .now)
        if !hasSpoken, quiet > PictureSource.startWithin { return fail("it did not start") }
        if hasSpoken, slots.ordered > 0, quiet > PictureSource.stallAfter { fail("it draws nothing") }
    }

    /// Asks for the picture of a frame, once for each.
    mutating func order(_ frame: Int64) {
        guard program != nil, hasSpoken, frame > lastOrdered else { return }
        lastOrdered = frame
        if slots.ordered == 0 { lastFinished = .now }
        guard let slot = slots.order(frame) else {
            dropped += 1
            return
        }
        pending.append("{\"tick\":{\"frame\":\(frame),\"slot\":\(slot)}}\n".utf8)
        if let program { _ = pending.drain { program.write($0) } }
    }

    /// Brings the newest picture for a frame into `picture`.
    mutating func look(for frame: Int64) {
        guard let memory, let (place, number) = slots.take(for: frame) else { return }
        if picture.isEmpty { picture = [UInt8](repeating: 0, count: settings.frameBytes) }
        guard memory.read(place, into: &picture) else { return fail("its memory cannot be read") }
        (newest, isNew) = (number, true)
    }

    mutating func sent() { isNew = false }

    /// Why it ended last; given once.
    mutating func takeFailure() -> String? { failure.take() }

    mutating func end() {
        program?.end()
        program = nil
    }

    // MARK: Its life

    private mutating func startIfDue() {
        if let startAt, ContinuousClock.now < startAt { return }
        do throws(ChildLaunchError) {
            let memory = try FrameMemory(frameBytes: settings.frameBytes)
            let arguments =
                settings.rendererArguments + ["--width", "\(settings.width)", "--height", "\(settings.height)"]
            program = try ChildProgram(settings.renderer, arguments, more: [memory.descriptor])
            self.memory = memory
        } catch {
            failure = "\(error)"
            startAt = .now.advanced(by: error.isMissing ? .seconds(5) : policy.delay(afterWorking: .zero))
            return
        }
        program?.yieldToOthers()
        starts += 1
        (slots, pending, hasSpoken) = (PictureSlots(), PendingBytes(), false)
        (began, lastFinished) = (.now, .now)
        for line in orders.takeAll() { pending.append(line + [10]) }
    }

    private mutating func receive() {
        while let program {
            guard let count = program.read(into: &buffer) else { return fail("it ended") }
            guard count > 0 else { return }
            for byte in buffer[..<count] { if !finished(Int(byte)) { return fail("it says what it was not asked") } }
        }
    }

    private mutating func finished(_ place: Int) -> Bool {
        lastFinished = .now
        hasSpoken = true
        if place == FrameMemory.card {
            var picture = [UInt8](repeating: 0, count: settings.frameBytes)
            if let memory, memory.read(place, into: &picture) { card = picture }
            return true
        }
        guard slots.finish(place) else { return false }
        drawn += 1
        return true
    }

    private mutating func fail(_ reason: String) {
        guard let program else { return }
        let exit = program.end(grace: .zero)
        failure = [reason, exit, program.lastWords()].filter { !$0.isEmpty }.joined(separator: ": ")
        self.program = nil
        startAt = .now.advanced(by: policy.delay(afterWorking: began.duration(to: .now)))
    }
}
