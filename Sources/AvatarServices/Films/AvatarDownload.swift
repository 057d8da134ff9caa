package import HTTPClient
package import Threading

/// Fetches films into a folder, before their addresses expire.
///
/// A film is there whole or not at all: it is written under another name, checked, brought to the disk, and then named
/// by its content.
package struct AvatarDownload: Sendable {
    package struct Settings: Hashable, Sendable {
        package var bytesMax: UInt64 = 2 << 30
        package var totalLimit: Duration = .seconds(15 * 60)
        /// The longest silence.
        package var idleLimit: Duration = .seconds(30)
        /// Storage moves about.
        package var redirectsMax = 3
        /// Storage has names that nobody knows before; where it is reached through a proxy, or links of users are never
        /// fetched, its hosts have to be listed, and this be `.configured`.
        package var trust: HTTPRequest.Trust = .userGiven
        /// Whether films may come from this machine without https: for doubles of services.
        package var allowsLoopback = false

        package init() {}
    }

    /// So much is gathered before it goes to the disk.
    private static let pieceBytes = 1 << 20

    private let transport: any HTTPTransport
    private let settings: Settings
    private let threads: WorkThreads

    /// - Parameters:
    ///   - transport: sends requests.
    ///   - settings: the limits.
    ///   - threads: where files are written.
    package init(
        transport: any HTTPTransport,
        settings: Settings = Settings(),
        threads: WorkThreads = WorkThreads(name: "films", threadsMax: 2, waitingMax: 64)
    ) {
        self.transport = transport
        self.settings = settings
        self.threads = threads
    }

    /// Fetches a film.
    ///
    /// - Parameters:
    ///   - address: from `AvatarFilm`.
    ///   - folder: must be there.
    /// - Returns: where it lies.
    /// - Throws: `AvatarError`; then nothing is left in the folder.
    package func fetch(_ address: String, into folder: String) async throws(AvatarError) -> AvatarFile {
        let response = try await response(to: try request(address))
        let announced = try announced(by: response)
        let name = "film-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
        let file = try await onThread { () throws(AvatarError) in try FilmFile(folder: folder, name: name) }
        do throws(AvatarError) {
            let sizeBytes = try await write(response.body, to: file)
            guard announced.map({ $0 == sizeBytes }) ?? true else {
                throw sizeBytes == 0 ? empty : AvatarError(.truncated, "film: less or more came than was announced")
            }
            return try await onThread { () throws(AvatarError) in try file.finish() }
        } catch {
            try await onThread { () throws(AvatarError) in file.discard() }
            throw error
        }
    }

    /// Removes what was being fetched when the program ended: to be called before anything is fetched into a folder.
    ///
    /// - Throws: `AvatarError` with `.diskFailed` when the system has no more threads.
    package func removeUnfinished(in folder: String) async throws(AvatarError) {
        try await onThread { () throws(AvatarError) in FilmFile.removeUnfinished(in: folder) }
    }

    // MARK: Asking

    private func request(_ address: String) throws(AvatarError) -> HTTPRequest {
        guard let url = RequestURL(address) else { throw AvatarError(.addressRefused, "film: its address is none") }
        let isLocal = settings.allowsLoopback && url.isLoopback
        guard url.scheme == "https" || isLocal else {
            throw AvatarError(.addressRefused, "film: its address is not https")
        }
        var limits = HTTPLimits()
        limits.totalSeconds = min(86_400, settings.totalLimit / .seconds(1))
        limits.idleSeconds = settings.idleLimit / .seconds(1)
        limits.bodyBytesMax = Int(clamping: settings.bytesMax)
        return HTTPRequest(
            .get,
            url.text,
            // Packed, it would not be as long as announced.
            headers: ["Accept": "video/mp4, */*;q=0.1", "Accept-Encoding": "identity"],
            limits: limits,
            trust: isLocal ? .configured : settings.trust,
            redirectsMax: settings.redirectsMax
        )
    }

    private func response(to request: HTTPRequest) async throws(AvatarError) -> HTTPStreamedResponse {
        do throws(HTTPClientError) {
            return try await transport.stream(request)
        } catch {
            throw AvatarDownload.failure(error)
        }
    }

    /// Looks at an answer before its body is read.
    ///
    /// - Returns: how many bytes there will be, where that is said.
    private func announced(by response: HTTPStreamedResponse) throws(AvatarError) -> UInt64? {
        switch response.status {
        case 200: break
        case 403, 404, 410:
            throw AvatarError(.linkExpired, "film: its address is not valid any more (\(response.status))")
        case 429: throw AvatarError(.rateLimited, "film: its storage asks to slow down (429)")
        default: throw AvatarError(.unavailable, "film: its storage answers with \(response.status)")
        }
        try AvatarDownload.check(type: response.headers["content-type"])
        if let packing = response.headers["content-encoding"], packing != "identity" { return nil }
        guard let text = response.headers["content-length"] else { return nil }
        guard let count = UInt64(text) else { throw AvatarError(.malformed, "film: its length is no number") }
        guard count <= settings.bytesMax else { throw tooLarge }
        if count == 0 { throw empty }
        return count
    }

    private static func check(type: String?) throws(AvatarError) {
        let type = (type?.split(separator: ";").first.map { String($0.trimmingSpaces).lowercased() }) ?? ""
        switch type {
        case "", "video/mp4", "application/mp4", "video/x-m4v", "application/octet-stream", "binary/octet-stream":
            return
        case "text/html", "application/xhtml+xml": throw AvatarError(.webPage, "film: a page came in its place")
        default: throw AvatarError(.wrongType, "film: something else came in its place")
        }
    }

    // MARK: Writing

    private func write(_ body: HTTPBody, to file: FilmFile) async throws(AvatarError) -> UInt64 {
        var sizeBytes: UInt64 = 0
        var gathered: [UInt8] = []
        var isChecked = false
        var pieces = body.makeAsyncIterator()
        while let piece = try await AvatarDownload.next(&pieces) {
            sizeBytes += UInt64(piece.count)
            guard sizeBytes <= settings.bytesMax else { throw tooLarge }
            gathered += piece
            if !isChecked, gathered.count >= 12 {
                try AvatarDownload.check(beginning: gathered)
                isChecked = true
            }
            if gathered.count >= AvatarDownload.pieceBytes {
                let bytes = gathered
                gathered.removeAll(keepingCapacity: true)
                try await onThread { () throws(AvatarError) in try file.write(bytes) }
            }
        }
        if sizeBytes == 0 { throw empty }
        if !isChecked { try AvatarDownload.check(beginning: gathered) }
        let bytes = gathered
        try await onThread { () throws(AvatarError) in try file.write(bytes) }
        return sizeBytes
    }

    private static func next(_ pieces: inout HTTPBody.Iterator) async throws(AvatarError) -> [UInt8]? {
        do throws(HTTPClientError) {
            return try await pieces.next()
        } catch {
            throw failure(error)
        }
    }

    /// Whatever its type says, a page is known by its first sign, and a film by its first box.
    private static func check(beginning bytes: [UInt8]) throws(AvatarError) {
        if bytes.count >= 8, bytes[4..<8].elementsEqual("ftyp".utf8) { return }
        let ink = bytes.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        if ink == UInt8(ascii: "<") { throw AvatarError(.webPage, "film: a page came in its place") }
        throw AvatarError(.notAFilm, "film: it is no MP4 file")
    }

    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws(AvatarError) -> Value
    ) async throws(AvatarError) -> Value {
        let result: Result<Value, AvatarError>
        do throws(WorkRefused) {
            result = try await threads.run { Result(catching: body) }
        } catch {
            throw AvatarError(.diskFailed, "film: \(error)")
        }
        return try result.get()
    }

    // MARK: What went wrong

    private var tooLarge: AvatarError { AvatarError(.tooLarge, "film: it has more than \(settings.bytesMax) bytes") }
    private var empty: AvatarError { AvatarError(.empty, "film: nothing came") }

    /// Without the error's own words: they may hold the address, which is a secret.
    private static func failure(_ error: HTTPClientError) -> AvatarError {
        let code: AvatarError.Code =
            switch error.code {
            case .cancelled, .closed: .cancelled
            case .hostRefused, .addressRefused, .invalidRequest, .redirectRefused: .addressRefused
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            case .bodyTooLarge: .tooLarge
            case .connectionLost: .truncated
            case .headersTooLarge, .malformedResponse: .malformed
            default: .unreachable
            }
        return AvatarError(code, "film: \(error.code.rawValue)")
    }
}
