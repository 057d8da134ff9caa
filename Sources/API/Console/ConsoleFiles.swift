import Domain
import HTTPTypes
import Hummingbird

/// The style sheet, the scripts and the icon: part of the program, and served under a path that changes with them.
///
/// So a browser may keep them for good, and never shows a page with files of another release.
struct ConsoleFiles: Sendable {
    struct File: Sendable {
        let name: String
        let type: String
        let bytes: [UInt8]
    }

    static let shipped = ConsoleFiles([
        File(name: "console.css", type: "text/css; charset=utf-8", bytes: PackageResources.console_css),
        File(name: "icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg),
        script("console.js", PackageResources.console_js),
        script("clock.js", PackageResources.clock_js),
        script("contact.js", PackageResources.contact_js),
        script("copy.js", PackageResources.copy_js),
        script("delegation.js", PackageResources.delegation_js),
        script("feeder.js", PackageResources.feeder_js),
        script("listen.js", PackageResources.listen_js),
        script("login.js", PackageResources.login_js),
        script("news.js", PackageResources.news_js),
        script("onair.js", PackageResources.onair_js),
        script("playlist.js", PackageResources.playlist_js),
        script("proposal.js", PackageResources.proposal_js),
        script("ranking.js", PackageResources.ranking_js),
        script("refresh.js", PackageResources.refresh_js),
        script("signing.js", PackageResources.signing_js),
        script("veto.js", PackageResources.veto_js),
        script("wallets.js", PackageResources.wallets_js),
    ])

    private static func script(_ name: String, _ bytes: [UInt8]) -> File {
        File(name: name, type: "text/javascript; charset=utf-8", bytes: bytes)
    }

    /// Stands for the content of them all.
    let version: String
    private let files: [String: File]

    init(_ files: [File]) {
        var hash = SHA256()
        for file in files {
            hash.update(Array("\(file.name) \(file.bytes.count)\n".utf8))
            hash.update(file.bytes)
        }
        version = String(hash.hexadecimal().prefix(16))
        self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })
    }

    /// Where a file is.
    func path(_ name: StaticString) -> OwnPath {
        let folder: OwnPath = "/static"
        return folder.appending(version).appending(name.description)
    }

    /// Serves them.
    var route: Route {
        let any = Route.Content(type: "*/*", schema: ["type": "string"])
        return Route(
            method: "GET",
            path: "/static/{version}/{file}",
            access: .anyone,
            summary: "The files of the station's pages",
            group: "Files",
            limit: .operations,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(status: 200, summary: "The file.", content: any),
                Route.Answer(status: 304, summary: "The one that the caller has is the same.", content: nil),
            ]
        ) { request, call in
            guard call.parameters["version"] == version, let file = call.parameters["file"].flatMap({ files[$0] })
            else {
                throw APIError(.notFound, "There is no such file in this release.")
            }
            return answer(file, known: request.headers[.ifNoneMatch])
        }
    }

    private func answer(_ file: File, known: String?) -> Response {
        let tag = "\"\(version)\""
        let headers: HTTPFields = [
            .cacheControl: "public, max-age=31536000, immutable", .eTag: tag, .contentType: file.type,
        ]
        let isKnown = known.map { $0.split(separator: ",").contains { $0.trimmingPrefix(" ") == tag } } ?? false
        guard !isKnown else { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}
