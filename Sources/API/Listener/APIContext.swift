import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Threading

/// What is known of one request on its way in.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// On every answer and in every log line; the caller's own when it sent a fitting one.
    var requestID = ""
    /// What the limits say of it; on every answer, also on one that is an error.
    let limits = LimitNote()
    /// Who asks, once that is known.
    let caller = CallerNote()

    /// The connection.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Who is at the other end of the connection; `nil` when it is gone already.
    var peer: IPAddress? { channel.remoteAddress.flatMap(IPAddress.init) }
}

/// Carries the limits' headers of one request from where they are found out to where the answer is finished.
final class LimitNote: Sendable {
    private let state = Mutex(HTTPFields())

    var headers: HTTPFields {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Carries who asks to where the page is made that tells them why they do not get what they asked for.
final class CallerNote: Sendable {
    private let state = Mutex<Principal?>(nil)

    var principal: Principal? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
