import AvatarServices
import Domain
import Foundation
import HTTPClient
import TestKit
import Testing
import Threading

/// What is taken for a film.
struct AvatarDownloadTests {
    private let address = "https://files.example/v.mp4?signature=secret"

    // MARK: Films

    private func box(_ type: String, _ content: [UInt8] = [], length: UInt32? = nil) -> [UInt8] {
        let length = length ?? UInt32(content.count + 8)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) } + Array(type.utf8) + content
    }

    private func long(_ type: String, _ content: [UInt8], length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(content.count + 16)
        let figure = (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - 8 * $0)) }
        return box(type, [], length: 1) + figure + content
    }

    private var begin: [UInt8] { box("ftyp", Array("isomabcdmp41".utf8)) }
    private func film(_ count: Int = 5000) -> [UInt8] {
        begin + box("moov", Array(repeating: 1, count: 100)) + box("mdat", Array(repeating: 2, count: count))
    }

    private func hash(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexadecimal()
    }

    // MARK: Fetching

    private func pieces(_ bytes: [UInt8], _ length: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
    }

    private func answer(
        _ bytes: [UInt8],
        pieceLength: Int = 1000,
        status: Int = 200,
        type: String? = "video/mp4",
        length: String? = nil,
        failure: HTTPClientError? = nil
    ) -> ScriptedTransport.Answer {
        var headers: HTTPHeaders = ["Content-Length": length ?? "\(bytes.count)"]
        headers["Content-Type"] = type
        if length == "" { headers["Content-Length"] = nil }
        let body = HTTPBody(pieces: pieces(bytes, pieceLength), failure: failure)
        return .success(HTTPStreamedResponse(status: status, headers: headers, body: body))
    }

    /// What fetching fails with, after which nothing may be left.
    private func code(
        _ answer: ScriptedTransport.Answer,
        address: String? = nil,
        _ settings: AvatarDownload.Settings = AvatarDownload.Settings()
    ) async throws -> AvatarError.Code? {
        let folder = try TemporaryFolder()
        let download = AvatarDownload(transport: ScriptedTransport(answer), settings: settings)
        let (asked, path) = (address ?? self.address, folder.path(""))
        let found = await error { () throws(AvatarError) in try await download.fetch(asked, into: path) }
        let files = try folder.files
        #expect(files == [] || found == nil)
        #expect(found.map { !$0.debugDescription.contains("secret") } ?? true)
        return found?.code
    }

    @Test(arguments: [1, 7, 12, 1000, 10_000_000])
    func `a film lies under the name of its content`(_ pieceLength: Int) async throws {
        let folder = try TemporaryFolder()
        let bytes = film(pieceLength < 1000 ? 5000 : 3_000_000)
        let transport = ScriptedTransport(answer(bytes, pieceLength: pieceLength))
        let file = try await AvatarDownload(transport: transport).fetch(address, into: folder.path(""))
        #expect(file.hash == hash(bytes) && file.name == "\(file.hash).mp4" && file.sizeBytes == UInt64(bytes.count))
        let files = try folder.files
        #expect(files == [file.name])
        let content = try Data(contentsOf: URL(fileURLWithPath: file.path))
        #expect(Array(content) == bytes)
        let request = try #require(transport.requests.first)
        #expect(request.url == address && request.trust == .userGiven && request.headers["X-Api-Key"] == nil)
    }

    @Test func `the same film again is the same file`() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport(answer(film()), answer(film(), length: ""), answer(film(), type: nil))
        let download = AvatarDownload(transport: transport)
        var names: Set<String> = []
        for _ in 0..<3 { names.insert(try await download.fetch(address, into: folder.path("")).name) }
        let files = try folder.files
        #expect(names.count == 1 && files == Array(names))
    }

    @Test func `a page is none, whatever its type says`() async throws {
        let page = Array("\u{FEFF}\n <!DOCTYPE html><html>The link has expired</html>".utf8)
        let codes = [
            try await code(answer(page, type: "text/html; charset=utf-8")), try await code(answer(page)),
            try await code(answer(page, type: nil)), try await code(answer(Array("<x>".utf8))),
            try await code(answer(Array(#"{"error":"expired"}"#.utf8), type: "application/json")),
            try await code(answer(Array(#"{"error":"expired"}"#.utf8))),
            try await code(answer(film(), type: "image/png")),
        ]
        #expect(codes == [.webPage, .webPage, .webPage, .webPage, .wrongType, .notAFilm, .wrongType])
    }

    @Test func `what is empty or breaks off is none`() async throws {
        let whole = film()
        let codes = [
            try await code(answer([])), try await code(answer([], length: "")),
            try await code(answer(Array(whole.dropLast()), length: "\(whole.count)")),
            try await code(answer(Array(whole.dropLast()), length: "")),
            try await code(answer(whole + [0], length: "")),
            try await code(answer(Array(whole.prefix(2000)), failure: HTTPClientError(.connectionLost, "secret"))),
            try await code(answer(Array(whole.prefix(2000)), failure: HTTPClientError(.idleTimeout))),
            try await code(answer(whole, failure: HTTPClientError(.cancelled))),
            try await code(answer(whole, length: "\(whole.count + 1)")),
            try await code(answer(whole, length: "many")),
        ]
        #expect(
            codes == [
                .empty, .empty, .truncated, .truncated, .truncated, .truncated, .timedOut, .cancelled, .truncated,
                .malformed,
            ]
        )
    }

    @Test func `an MP4 that cannot be played is none`() async throws {
        let data = box("mdat", Array(repeating: 2, count: 50))
        let head = box("moov", Array(repeating: 1, count: 50))
        let codes = [
            try await code(answer(begin + data)), try await code(answer(begin + head)),
            try await code(answer(head + begin + data)), try await code(answer(begin)),
            try await code(answer(begin + head + box("mdat", [1, 2], length: 7))),
            try await code(answer(begin + head + long("mdat", [1, 2], length: 15))),
            try await code(answer(begin + head + long("mdat", [1, 2], length: .max))),
            try await code(answer(begin + head + box("mdat", [1, 2], length: .max))),
            try await code(answer(Array("a few words that are no film".utf8))),
            try await code(answer(Array(begin.prefix(6)))),
        ]
        #expect(
            codes == [
                .notAFilm, .notAFilm, .notAFilm, .notAFilm, .notAFilm, .notAFilm, .truncated, .truncated, .notAFilm,
                .notAFilm,
            ]
        )
    }

    @Test func `long boxes, and one up to the end of the file, are as good`() async throws {
        let head = box("moov", Array(repeating: 1, count: 50))
        let codes = [
            try await code(answer(begin + long("mdat", Array(repeating: 2, count: 5000)) + head)),
            try await code(answer(begin + box("free") + head + box("mdat", Array(repeating: 2, count: 90), length: 0))),
        ]
        #expect(codes == [nil, nil])
    }

    @Test func `too much is not taken, announced or not`() async throws {
        var settings = AvatarDownload.Settings()
        settings.bytesMax = UInt64(film().count)
        let fits = try await code(answer(film()), settings)
        settings.bytesMax -= 1
        let announced = try await code(answer(film()), settings)
        let unannounced = try await code(answer(film(), length: ""), settings)
        #expect(fits == nil && announced == .tooLarge && unannounced == .tooLarge)
    }

    @Test func `a link that has expired is told as such`() async throws {
        var codes: [AvatarError.Code?] = []
        for status in [403, 404, 410, 429, 500, 206, 302] {
            codes.append(try await code(answer(film(), status: status)))
        }
        #expect(
            codes == [
                .linkExpired, .linkExpired, .linkExpired, .rateLimited, .unavailable, .unavailable, .unavailable,
            ]
        )
    }

    @Test func `only https is asked, and this machine where it is allowed`() async throws {
        var local = AvatarDownload.Settings()
        local.allowsLoopback = true
        let codes = [
            try await code(answer(film()), address: "http://files.example/v.mp4"),
            try await code(answer(film()), address: "http://127.0.0.1:80/v.mp4"),
            try await code(answer(film()), address: "file:///etc/passwd"), try await code(answer(film()), address: ""),
            try await code(answer(film()), address: "https://user:secret@files.example/"),
            try await code(answer(film()), address: "http://127.0.0.1:80/v.mp4", local),
            try await code(answer(film()), address: "http://files.example/v.mp4", local),
            try await code(.failure(HTTPClientError(.addressRefused, "secret"))),
            try await code(.failure(HTTPClientError(.connectFailed, "secret"))),
        ]
        let refused = AvatarError.Code.addressRefused
        #expect(codes == [refused, refused, refused, refused, refused, nil, refused, refused, .unreachable])
    }

    @Test func `a length that counts packed bytes is not compared`() async throws {
        let bytes = film()
        let headers: HTTPHeaders = ["Content-Length": "10", "Content-Encoding": "gzip", "Content-Type": "video/mp4"]
        let body = HTTPBody(pieces: [bytes])
        let found = try await code(.success(HTTPStreamedResponse(status: 200, headers: headers, body: body)))
        #expect(found == nil)
    }

    @Test func `a folder that is not there is a fault of the disk`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("missing")
        let download = AvatarDownload(transport: ScriptedTransport(answer(film())))
        let found = await error { () throws(AvatarError) in try await download.fetch(address, into: path) }
        #expect(found?.code == .diskFailed)
    }

    @Test func `what was left unfinished is removed, and nothing else`() async throws {
        let folder = try TemporaryFolder()
        for name in ["film-1-2.part", "a.mp4", "b.txt"] {
            try Data([1]).write(to: URL(fileURLWithPath: folder.path(name)))
        }
        let download = AvatarDownload(transport: ScriptedTransport())
        try await download.removeUnfinished(in: folder.path(""))
        let files = try folder.files
        #expect(files == ["a.mp4", "b.txt"])
    }
}
