import Glibc
import Logging
import NIOCore

/// Lets the listening socket rest while the process has no descriptors left.
///
/// The connections that wait keep the socket readable, and the event loop would ask for them without an end. Belongs to
/// one event loop.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let length: TimeAmount = .milliseconds(200)
    /// It is said again after so long.
    private static let silence: TimeAmount = .minutes(1)

    private let logger: Logger
    private var isPausing = false
    private var quietUntil: NIODeadline?

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) {
            pause(context, error)
        }
        context.fireErrorCaught(error)
    }

    private func pause(_ context: ChannelHandlerContext, _ error: IOError) {
        guard !isPausing, let options = context.channel.syncOptions else { return }
        isPausing = true
        let now = NIODeadline.now()
        if quietUntil.map({ $0 <= now }) ?? true {
            quietUntil = now + AcceptPause.silence
            logger.warning("connections cannot be accepted", metadata: ["error": "\(error)"])
        }
        AcceptPause.set(options, isReading: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: AcceptPause.length) {
            self.isPausing = false
            AcceptPause.set(options, isReading: true)
        }
    }

    private static func set(_ options: any NIOSynchronousChannelOptions, isReading: Bool) {
        do {
            try options.setOption(.autoRead, value: isReading)
        } catch {
            // The channel is closed, and with it the socket: there is nothing to rest.
        }
    }
}
