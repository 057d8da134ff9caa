import CCurl

extension HTTPClientError.Code {
    /// Translates libcurl's result, once and here.
    init(_ result: CURLcode, requestWasSent: Bool) {
        self =
            switch result {
            case CURLE_URL_MALFORMAT: .invalidRequest
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
            case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .connectFailed
            case CURLE_OPERATION_TIMEDOUT: requestWasSent ? .totalTimeout : .connectTimeout
            case CURLE_SSL_CONNECT_ERROR: .tlsFailed
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .certificateRefused
            case CURLE_FILESIZE_EXCEEDED: .bodyTooLarge
            case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
                CURLE_WRITE_ERROR:
                .malformedResponse
            // Before the request went out, these come from a proxy that refused or from a broken handshake.
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                requestWasSent ? .connectionLost : .connectFailed
            default: .internalFailure
            }
    }
}
