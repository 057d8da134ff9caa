import Domain
import Films
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

extension FilmRoutes {
    /// Read and sent at a time.
    private static let pieceBytes = 128 * 1024

    private struct FileQuery: Decodable, Sendable {
        /// 1 for a file that is kept, and not shown.
        let download: Int?
    }

    var file: Route {
        get throws {
            let any = Route.Content(type: "*/*", schema: ["type": "string"])
            return Route(
                method: "GET",
                path: "/renders/{id}/files/{name}",
                access: .role(.viewer, scope: .read),
                summary: "A file of a film, or a part of it; download=1 to keep it",
                group: Self.group,
                limit: .operations,
                query: try RouteSchema(of: FileQuery.self),
                body: nil,
                answers: [
                    Route.Answer(status: 200, summary: "The file.", content: any),
                    Route.Answer(status: 206, summary: "The part of it that Range asks for.", content: any),
                    Route.Answer(status: 304, summary: "The one that the caller has is the same.", content: nil),
                    Route.Answer(status: 416, summary: "Nothing of it lies there.", content: nil),
                ]
            ) { [doors] request, call in
                let query = try InputDecoder.decode(
                    FileQuery.self,
                    from: try QueryInput(request.uri.query).value,
                    form: .texts
                )
                let film = try await doors.film(try call.id(), for: try call.known())
                guard let name = call.parameters["name"], let type = Self.type(of: name),
                    let file = try await Self.open(name, film, doors)
                else { throw APIError(.notFound, "There is no such file of this film.") }
                let headers: HTTPFields = [
                    .contentType: type, .eTag: "\"\(file.tag)\"", .acceptRanges: "bytes",
                    // It is its owner's, and never changes.
                    .cacheControl: "private, max-age=3600",
                    .contentDisposition:
                        "\(query.download == 1 ? "attachment" : "inline"); filename=\"\(Self.name(film.title, name))\"",
                ]
                return Self.answer(file, headers, to: request, call)
            }
        }
    }

    private static func open(_ name: String, _ film: FilmRecord, _ doors: Doors) async throws(APIError) -> FilmFile? {
        do throws(StudioFailure) {
            return try await doors.file(name, film)
        } catch {
            throw APIError(error)
        }
    }

    private static func answer(_ file: FilmFile, _ headers: HTTPFields, to request: Request, _ call: Route.Call)
        -> Response
    {
        let tag = "\"\(file.tag)\""
        if request.headers[.ifNoneMatch].map({ $0.split(separator: ",").contains { $0.trimmingPrefix(" ") == tag } })
            == true
        {
            return Response(status: .notModified, headers: headers)
        }
        // A part of another file is of no use to whoever has the begin of this one.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        var headers = headers
        switch FileRange(isSame ? request.headers[.range] : nil, of: file.sizeBytes) {
        case .whole: return Response(status: .ok, headers: headers, body: body(file, 0..<file.sizeBytes, call))
        case .outside:
            headers[.contentRange] = "bytes */\(file.sizeBytes)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.sizeBytes)"
            return Response(status: .partialContent, headers: headers, body: body(file, range, call))
        }
    }

    private static func body(_ file: FilmFile, _ range: Range<Int64>, _ call: Route.Call) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            // Its place among those under way is kept until the end.
            defer { withExtendedLifetime(call) {} }
            var offset = range.lowerBound
            while offset < range.upperBound {
                let count = Int(min(range.upperBound - offset, Int64(pieceBytes)))
                let bytes = try await file.bytes(at: offset, count: count)
                // A file that has become shorter breaks off, so that nobody takes it for whole.
                guard bytes.count == count else {
                    throw StudioFailure.transient("a file of a film is shorter than it was")
                }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += Int64(count)
            }
            try await writer.finish(nil)
        }
    }

    // MARK: Names

    private static func type(of name: String) -> String? {
        switch name.split(separator: ".").last {
        case "mp4": "video/mp4"
        case "png": "image/png"
        case "vtt": "text/vtt; charset=utf-8"
        case "json": "application/json; charset=utf-8"
        default: nil
        }
    }

    /// What a file is called where it is kept: the film's title in plain letters, and what it is.
    static func name(_ title: String, _ file: String) -> String {
        var words = ""
        for scalar in title.lowercased().unicodeScalars.prefix(200) {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain {
                words.unicodeScalars.append(scalar)
            } else if words.last != "-", !words.isEmpty {
                words += "-"
            }
        }
        let stem = words.prefix(60).split(separator: "-").joined(separator: "-")
        return stem.isEmpty ? file : "\(stem)-\(file)"
    }
}
