/// Sends HTTP requests: the front door of this module, and what a test double implements.
///
/// An answer of any status is a success here; only a request that got no complete answer throws. Nothing is tried
/// again, except that an idempotent request moves to a fresh connection when the kept one turns out to be closed.
/// Cancelling the calling task gives up the request and closes its connection.
package protocol HTTPTransport: Sendable {
    /// Sends a request and returns the answer with its whole body, at most `bodyBytesMax` of it.
    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse

    /// Sends a request and returns as soon as the answer's head is there.
    ///
    /// The body arrives at the pace in which it is read. Dropping it unread closes the connection.
    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse
}
