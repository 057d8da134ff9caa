import CCurl

/// libcurl's multi handle.
///
/// Proof for `@unchecked`: the pointer never changes; libcurl allows `curl_multi_wakeup` from any thread, and
/// everything else is called by the one thread of `CurlLoop`. `Inbox` sees to it that nobody wakes it after `close`.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    /// - Throws: `internalFailure` when the system refuses memory or descriptors.
    init(connectionsMax: Int, idleConnectionsMax: Int) throws(HTTPClientError) {
        guard Self.isLibraryReady, let pointer = curl_multi_init() else {
            throw HTTPClientError(.internalFailure, "libcurl cannot start")
        }
        self.pointer = pointer
        ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, idleConnectionsMax)
        // Not the limit per host: libcurl counts every host behind a proxy as one.
        ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, connectionsMax)
    }

    func wake() { curl_multi_wakeup(pointer) }

    /// Closes all connections.
    ///
    /// Nothing may use the handle afterwards.
    func close() { curl_multi_cleanup(pointer) }

    private static let isLibraryReady = ccurl_global_init() == CURLE_OK
}
