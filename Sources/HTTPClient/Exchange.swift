import CCurl
import Threading

/// One easy handle and what it is doing now.
///
/// It belongs to libcurl's thread and serves one request after another. What is the same for every request is set
/// once; `begin` sets only the rest.
final class Exchange {
    let easy: UnsafeMutableRawPointer
    private let clock: LoopClock
    let errorText: UnsafeMutablePointer<CChar>
    private var shape: RequestShape?

    /// Where it stands among the running ones.
    var index = 0
    private(set) var transfer: Transfer?
    private(set) var deadlines: Deadlines
    /// Why a callback stopped the transfer; libcurl itself only reports that one did.
    private var failure: HTTPClientError?
    private var headLines: [UInt8] = []
    private var hasHead = false
    private var headerBytes = 0
    private var bodyBytes = 0
    private var body: [UInt8] = []
    private var wasSent = false

    /// - Returns: `nil` when libcurl is out of memory or was built without something that is needed.
    init?(config: HTTPClientConfig, clock: LoopClock) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.clock = clock
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        deadlines = Deadlines(limits: TimeLimits(config.limits), totalEnd: nil, now: clock.now)
        guard setUp(config) else { return nil }
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    // MARK: Life

    /// Prepares the handle for a request.
    ///
    /// - Returns: false when libcurl refuses, which leaves the exchange fit only for `finish`.
    func begin(_ transfer: Transfer) -> Bool {
        let request = transfer.request
        self.transfer = transfer
        deadlines = Deadlines(limits: request.timeLimits, totalEnd: request.totalEnd, now: clock.now)
        failure = nil
        hasHead = false
        clock.checkNoLater(than: deadlines.nextEnd)
        headerBytes = 0
        bodyBytes = 0
        wasSent = false
        errorText.pointee = 0
        let newShape = RequestShape(request)
        if shape != newShape {
            shape = nil
            guard newShape.apply(to: easy) else { return false }
            shape = newShape
        }
        guard ccurl_set_text(easy, CURLOPT_URL, request.url.text) == CURLE_OK,
            ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, request.wire.headerList) == CURLE_OK
        else { return false }
        guard newShape.form == .post else { return true }
        return ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, request.wire.bodyCount) == CURLE_OK
            && ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, request.wire.body) == CURLE_OK
    }

    /// Tells the caller how it ended, and forgets the request.
    ///
    /// - Parameters:
    ///   - code: what libcurl said.
    ///   - reason: why this side ended it; counts more than `code`.
    func finish(_ code: CURLcode, because reason: HTTPClientError.Code? = nil) {
        guard let transfer else { return }
        if let reason {
            transfer.finish(.failed(error(reason, "")))
        } else if let failure {
            transfer.finish(.failed(failure))
        } else if code != CURLE_OK {
            transfer.finish(.failed(error(from: code)))
        } else if transfer.isStreamed {
            transfer.finish(.complete(timing()))
        } else {
            transfer.complete(head: headLines, body: body, timing: timing())
        }
        headLines = []
        body = []
        // These point into the request, which goes with the transfer.
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, nil)
        if shape?.form != .get && shape?.form != .head { ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil) }
        self.transfer = nil
    }

    /// The reader caught up: deliver what was held back and read on.
    func proceed() {
        deadlines.received(at: clock.now)
        clock.checkNoLater(than: deadlines.nextEnd)
        curl_easy_pause(easy, ccurl_pause_none)
    }

    // MARK: What libcurl reports

    /// Takes one header line; false stops the transfer.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let transfer else { return false }
        deadlines.received(at: clock.now)
        if headerBytes == 0 { clock.checkNoLater(than: deadlines.nextEnd) }
        headerBytes += line.count
        guard headerBytes <= transfer.request.limits.headerBytesMax else {
            failure = error(.headersTooLarge, "more than \(transfer.request.limits.headerBytesMax) bytes")
            return false
        }
        if hasHead { return true }  // a trailer
        if line.first == UInt8(ascii: "H") && line.starts(with: "HTTP/".utf8) {
            headLines.removeAll(keepingCapacity: true)
        }
        if headLines.isEmpty { headLines.reserveCapacity(512) }
        headLines.append(contentsOf: line)
        guard line.first == 0x0d || line.first == 0x0a else { return true }
        if (100...199).contains(ResponseHead.status(headLines[...])) { return true }  // the real head follows
        hasHead = true
        if transfer.isStreamed { transfer.deliverHead(headLines, timing: timing()) }
        return true
    }

    /// Takes a piece of the body.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> TransferState.Delivery {
        guard let transfer else { return .refused }
        deadlines.received(at: clock.now)
        let bytesMax = transfer.request.limits.bodyBytesMax
        guard bytes.count <= bytesMax - bodyBytes else {
            failure = error(.bodyTooLarge, "more than \(bytesMax) bytes")
            return .refused
        }
        if transfer.isStreamed {
            let delivery = transfer.deliver(bytes)
            if delivery == .holdBack { deadlines.heldBack() }
            if delivery == .accepted { bodyBytes += bytes.count }
            return delivery
        }
        body.append(contentsOf: bytes)
        bodyBytes += bytes.count
        return .accepted
    }

    /// Opens a socket to an address that was looked up; `nil` refuses it.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32? {
        guard let transfer else { return nil }
        if transfer.request.publicAddressesOnly {
            let offset = MemoryLayout<curl_sockaddr>.offset(of: \curl_sockaddr.addr) ?? 16
            let start = UnsafeRawPointer(address) + offset
            guard let target = NetworkAddress(socketAddress: start), target.isPublic else {
                failure = error(.addressRefused, "the host has an address that is not public")
                return nil
            }
        }
        // Child processes must not inherit connections.
        let type = address.pointee.socktype | Int32(bitPattern: SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
        return descriptor >= 0 ? descriptor : nil
    }

    /// The connection is ready, new or used before; false refuses to send the request over it.
    func mayUseConnection(to address: UnsafePointer<CChar>) -> Bool {
        guard let transfer else { return false }
        if transfer.request.publicAddressesOnly && NetworkAddress(String(cString: address))?.isPublic != true {
            failure = error(.addressRefused, "the host has an address that is not public")
            return false
        }
        // libcurl sends again when a connection used before turns out dead; whether that is safe is not its to say.
        guard !wasSent || transfer.request.method.isIdempotent else {
            failure = error(.connectionLost, "the connection closed when the request was sent")
            return false
        }
        failure = nil  // another address of the host was refused, this one is fine
        wasSent = true
        deadlines.connected(at: clock.now)
        clock.checkNoLater(than: deadlines.nextEnd)
        return true
    }

    // MARK: Reports

    private func error(_ code: HTTPClientError.Code, _ detail: String) -> HTTPClientError {
        HTTPClientError(code, detail, requestWasSent: wasSent)
    }

    private func error(from result: CURLcode) -> HTTPClientError {
        let text = String(cString: errorText)
        let detail = text.isEmpty ? String(cString: curl_easy_strerror(result)) : text
        return error(HTTPClientError.Code(result, requestWasSent: wasSent), detail)
    }

    private func timing() -> HTTPTiming {
        var timing = HTTPTiming()
        timing.connectSeconds = max(seconds(CURLINFO_CONNECT_TIME_T), seconds(CURLINFO_APPCONNECT_TIME_T))
        timing.firstByteSeconds = seconds(CURLINFO_STARTTRANSFER_TIME_T)
        timing.totalSeconds = seconds(CURLINFO_TOTAL_TIME_T)
        timing.reusedConnection = number(CURLINFO_NUM_CONNECTS) == 0
        let version = number(CURLINFO_HTTP_VERSION)
        timing.httpMajorVersion = version == 0 ? 0 : version > ccurl_http_1_1 ? 2 : 1
        return timing
    }

    private func seconds(_ key: CURLINFO) -> Double {
        var microseconds: curl_off_t = 0
        return ccurl_get_size(easy, key, &microseconds) == CURLE_OK ? Double(microseconds) / 1_000_000 : 0
    }

    private func number(_ key: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(easy, key, &value) == CURLE_OK ? value : 0
    }
}
