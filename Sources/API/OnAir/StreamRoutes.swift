import Domain
import HTTPTypes
import Hummingbird

/// The sound of the station for players: playlists and segments, as the playout has written them.
package struct StreamRoutes: Sendable {
    /// Reads a file of the stream.
    ///
    /// - Returns: its bytes; `nil` when there is none of that name.
    package typealias Read = @Sendable (_ name: String) async throws(APIError) -> [UInt8]?

    private let read: Read

    /// - Parameter read: gets names that `isName` takes, and no others.
    package init(read: @escaping Read) { self.read = read }

    package var route: Route {
        Route(
            method: "GET",
            path: "/stream/{file}",
            access: .anyone,
            summary: "The station's sound: the playlist master.m3u8, and what it leads to",
            group: "On air",
            limit: .operations,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "The file.",
                    content: Route.Content(type: "*/*", schema: ["type": "string"])
                )
            ]
        ) { [read] _, call in
            guard let name = call.parameters["file"], let kind = Kind(name), let bytes = try await read(name) else {
                throw APIError(.notFound, "There is no such file in the stream; begin with /stream/master.m3u8.")
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: kind.contentType, .cacheControl: kind.cacheControl,
                    // Players on other people's pages are welcome, and send no credentials.
                    .accessControlAllowOrigin: "*",
                ],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
    }

    /// Whether something may be the name of a file of the stream; one that is not is never looked for.
    package static func isName(_ name: String) -> Bool { Kind(name) != nil }

    private enum Kind: String {
        case playlist = "m3u8"
        case segment = "m4s"
        case start = "mp4"
        case captions = "vtt"

        init?(_ name: String) {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard name.utf8.count <= 100, parts.count == 2, !parts[0].isEmpty,
                parts[0].utf8.allSatisfy({ byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "-"):
                        true
                    default: false
                    }
                })
            else { return nil }
            self.init(rawValue: String(parts[1]))
        }

        var contentType: String {
            switch self {
            case .playlist: "application/vnd.apple.mpegurl"
            case .segment, .start: "video/mp4"
            case .captions: "text/vtt; charset=utf-8"
            }
        }

        /// Playlists are new with each segment; what they list never changes.
        var cacheControl: String {
            self == .playlist ? "no-cache" : "public, max-age=3600, immutable"
        }
    }
}
