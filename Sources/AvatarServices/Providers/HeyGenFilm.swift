import JSON

/// What both of HeyGen's interfaces tell of a film, which differs in a few names only.
struct HeyGenFilm {
    private let line: AvatarLine
    private let film: JSONValue

    init(line: AvatarLine, _ film: JSONValue) {
        self.line = line
        self.film = film
    }

    /// - Parameters:
    ///   - fault: reads why it failed.
    ///   - captions: where the address of its subtitles stands.
    /// - Returns: how far it is.
    /// - Throws: `AvatarError` with `.malformed`, also for a status that is not known.
    func progress(
        fault: (JSONValue) -> ServiceFault?,
        captions: String
    ) throws(AvatarError) -> AvatarProgress {
        switch film["status"]?.string {
        case "waiting", "pending": return .waiting
        case "processing": return .working
        case "failed": return line.failed(fault(film))
        case "completed":
            guard let address = try line.address(film.told("video_url")) else {
                throw line.malformed("the film is ready and has no address")
            }
            return .done(
                AvatarFilm(
                    address: address,
                    seconds: try line.seconds(film.told("duration")),
                    captions: try line.address(film.told(captions)),
                    thumbnail: try line.address(film.told("thumbnail_url"))
                )
            )
        default: throw line.malformed("the film's status is not known")
        }
    }
}
