import Hummingbird
import NIOCore

/// What is known of one request on its way in.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// On every answer and in every log line; the caller's own when it sent a fitting one.
    var requestID = ""

    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end of the connection: an address in text; empty when it is gone already.
    var peerAddress: String { channel.remoteAddress?.ipAddress ?? "" }
}
