import CCurl

extension Exchange {
    /// Sets what is the same for every request; false when libcurl refuses an option.
    func setUp(_ config: HTTPClientConfig) -> Bool {
        let this = Unmanaged.passUnretained(self).toOpaque()
        let results = [
            ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            // Without this, giving up a request whose name is still looked up waits for the resolver.
            ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https"),
            ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            ccurl_set_text(easy, CURLOPT_ACCEPT_ENCODING, ""),
            ccurl_set_text(easy, CURLOPT_USERAGENT, config.userAgent),
            // An empty text, not none: none would make libcurl read the environment.
            ccurl_set_text(easy, CURLOPT_PROXY, config.proxy),
            config.proxy.isEmpty
                ? CURLE_OK : ccurl_set_text(easy, CURLOPT_NOPROXY, config.proxyExceptions.joined(separator: ",")),
            config.caBundle.isEmpty ? CURLE_OK : ccurl_set_text(easy, CURLOPT_CAINFO, config.caBundle),
            ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText),
            ccurl_set_pointer(easy, CURLOPT_PRIVATE, this),
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, this),
            ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION, onBody),
            ccurl_set_pointer(easy, CURLOPT_HEADERDATA, this),
            ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION, onHeader),
            ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this),
            ccurl_set_open_socket(easy, onOpenSocket),
            ccurl_set_pointer(easy, CURLOPT_PREREQDATA, this),
            ccurl_set_prerequest(easy, onPrerequest),
        ]
        return results.allSatisfy { $0 == CURLE_OK }
    }
}

// MARK: C entry points. libcurl passes back the exchange, which outlives its handle's transfers.

private func exchange(_ pointer: UnsafeMutableRawPointer?) -> Exchange? {
    pointer.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
}

private func onHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ this: UnsafeMutableRawPointer?
) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return exchange(this)?.receiveHeader(line) == true ? line.count : 0
}

private func onBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ this: UnsafeMutableRawPointer?
) -> Int {
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return switch exchange(this)?.receiveBody(piece) {
    case .accepted: piece.count
    case .holdBack: ccurl_write_pause
    case .refused, nil: 0
    }
}

private func onOpenSocket(
    _ this: UnsafeMutableRawPointer?,
    _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address, let descriptor = exchange(this)?.openSocket(address) else { return ccurl_socket_bad }
    return descriptor
}

private func onPrerequest(
    _ this: UnsafeMutableRawPointer?,
    _ remote: UnsafeMutablePointer<CChar>?,
    _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32,
    _ localPort: Int32
) -> Int32 {
    guard let remote, exchange(this)?.mayUseConnection(to: remote) == true else {
        return ccurl_prerequest_abort
    }
    return ccurl_prerequest_ok
}
