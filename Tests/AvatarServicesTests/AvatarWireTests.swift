import AvatarServices
import Bus
import HTTPClient
import TestKit
import Testing

/// What the network does to orders and films, with a real client and a server that misbehaves.
struct AvatarWireTests {
    private func transport(_ server: LoopbackHTTPServer) throws -> CurlTransport {
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        return try CurlTransport(config: config)
    }

    private func service(_ server: LoopbackHTTPServer, limit: Duration = .seconds(20)) throws -> HeyGenV3 {
        var settings = AvatarServiceSettings.heyGen
        settings.base = server.url("")
        settings.orderLimit = limit
        return HeyGenV3(account(settings, try transport(server)))
    }

    private func outcome(_ reply: LoopbackReply, limit: Duration = .seconds(20)) async throws -> AvatarError? {
        let server = try LoopbackHTTPServer { _ in reply }
        let (service, order) = (try service(server, limit: limit), try order())
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        // Whatever happens, it is sent once.
        #expect(server.requests.count == 1)
        return found
    }

    private let film: [UInt8] =
        [0, 0, 0, 16] + Array("ftypisomabcd".utf8) + [0, 0, 0, 8] + Array("moov".utf8) + [0, 0, 0, 12]
        + Array("mdat1234".utf8)

    private func fetch(_ reply: LoopbackReply, into folder: TemporaryFolder) async throws -> AvatarFile {
        let server = try LoopbackHTTPServer { _ in reply }
        var settings = AvatarDownload.Settings()
        settings.allowsLoopback = true
        let download = AvatarDownload(transport: try transport(server), settings: settings)
        return try await download.fetch(server.url("/v.mp4"), into: folder.path(""))
    }

    @Test(.timeLimit(.minutes(1))) func `an order reaches the service as it was meant`() async throws {
        let server = try LoopbackHTTPServer { _ in .json(#"{"data":{"video_id":"v_1"}}"#) }
        let taken = try await service(server).submit(try order())
        #expect(taken.id == "v_1")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/v3/videos" && request.header("x-api-key") == key)
        #expect(request.header("idempotency-key") == "\(orderID)" && request.text.contains("Bitcoin is up."))
    }

    @Test(.timeLimit(.minutes(1))) func `an order without an answer has an unknown outcome`() async throws {
        let dropped = try await outcome(.drop)
        let silent = try await outcome(.silence, limit: .milliseconds(500))
        let reset = try await outcome(.reset)
        for found in [dropped, silent, reset] {
            #expect(found?.code == .unknownOutcome && found?.mayHaveBeenTaken == true)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `an answer that breaks off may be that of an order taken`() async throws {
        let found = try await outcome(.dropInBody(#"{"data":{"#))
        #expect(found?.mayHaveBeenTaken == true)
    }

    @Test(.timeLimit(.minutes(1))) func `an order that nobody listens to is not taken`() async throws {
        var config = HTTPClientConfig()
        config.allowedHosts = ["127.0.0.1:1"]
        var settings = AvatarServiceSettings.heyGen
        settings.base = "http://127.0.0.1:1"
        let transport = try CurlTransport(config: config)
        let service = HeyGenV3(account(settings, transport))
        let order = try order()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == .unreachable && found?.mayHaveBeenTaken == false)
    }

    @Test(.timeLimit(.minutes(1))) func `a film comes over the network`() async throws {
        let folder = try TemporaryFolder()
        let file = try await fetch(.status(headers: [("Content-Type", "video/mp4")], body: film), into: folder)
        let files = try folder.files
        #expect(files == [file.name] && file.sizeBytes == UInt64(film.count))
    }

    @Test(.timeLimit(.minutes(1))) func `a film that breaks off leaves nothing behind`() async throws {
        let folder = try TemporaryFolder()
        let begin = String(decoding: film, as: UTF8.self)
        await #expect(throws: AvatarError.self) { try await fetch(.dropInBody(begin), into: folder) }
        let files = try folder.files
        #expect(files.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a film is not fetched from where a server sends us`() async throws {
        let folder = try TemporaryFolder()
        let other = try LoopbackHTTPServer { _ in .status(body: [0]) }
        await #expect(throws: AvatarError.self) { try await fetch(.redirect(to: other.url("/v.mp4")), into: folder) }
        #expect(other.requests.isEmpty)
    }
}
