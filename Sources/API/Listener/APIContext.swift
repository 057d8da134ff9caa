import Hummingbird
import NIOCore

/// What is known of one request on its way in.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// On every answer and in every log line; the caller's own when it sent a fitting one.
    var requestID = ""

    init(source: ApplicationRequestContextSource) { coreContext = CoreRequestContextStorage(source: source) }
}
