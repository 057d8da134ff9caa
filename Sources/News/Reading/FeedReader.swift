package import Bus
import HTTPClient

/// Reads one feed as it arrives: RSS, Atom or RDF, in whatever pieces.
///
/// The same bytes give the same answer at every split. Everything is bounded, nothing that the feed names is loaded, and
/// what comes out is plain text. It is read to the end of the feed, to the last item that is kept, or to the first
/// fault; items that were complete until then are kept. After an error it must not be used any more.
package struct FeedReader: ~Copyable {
    /// What is looked at to tell a page for people.
    private static let headBytes = 1_024

    private let limits: FeedLimits
    private var decoder: FeedDecoder
    private var trimmer = PrologTrimmer()
    private var parser: XMLPushParser
    private var builder: FeedBuilder
    /// Text that was not parsed yet.
    private var text: [UInt8] = []
    /// The beginning of the text.
    private var head: [UInt8] = []
    private var bytesRead = 0
    private var failure: XMLFailure?

    /// - Parameters:
    ///   - url: where the feed comes from; relative links are relative to it.
    ///   - charset: what the header `Content-Type` says of it.
    ///   - now: our clock, for times of the future.
    ///   - limits: how much is believed.
    /// - Throws: `internalFailure` when the system refuses memory.
    package init(
        url: String,
        charset: String? = nil,
        now: Timestamp,
        limits: FeedLimits = FeedLimits()
    ) throws(NewsError) {
        self.limits = limits
        decoder = FeedDecoder(label: charset)
        parser = try XMLPushParser()
        builder = FeedBuilder(base: RequestURL(url), limits: limits, now: now)
    }

    /// Whether nothing that may follow would change anything.
    ///
    /// What is no feed is looked at a little longer, to tell what it is.
    package var isDone: Bool { hasEnded && (builder.format != nil || head.count >= FeedReader.headBytes) }

    /// Whether the parser is through.
    private var hasEnded: Bool { failure != nil || builder.stop != nil }

    /// - Parameter bytes: what has come.
    /// - Throws: `tooLarge` or `charsetUnknown`.
    package mutating func read(_ bytes: some Collection<UInt8>) throws(NewsError) {
        guard !isDone else { return }
        guard bytes.count <= limits.bytesMax - bytesRead else {
            throw NewsError(.tooLarge, "more than \(limits.bytesMax) bytes")
        }
        bytesRead += bytes.count
        take(trimmer.trim(try decoder.decode(bytes), isFinal: false))
        parse(isFinal: false)
    }

    /// Nothing follows.
    ///
    /// - Parameter isBroken: whether that is known not to be all.
    /// - Returns: the feed, as far as it could be read.
    /// - Throws: what it is instead: `empty`, `webPage`, `notXML`, `notFeed`, `doctypeRefused`, `charsetUnknown`.
    package mutating func finish(isBroken: Bool = false) throws(NewsError) -> FeedReading {
        if !isDone {
            take(trimmer.trim(try decoder.finish(), isFinal: true))
            parse(isFinal: true)
        }
        guard let format = builder.format else { throw notFeed() }
        return FeedReading(
            format: format,
            title: builder.title,
            link: builder.link,
            timeToLive: builder.timeToLive,
            items: builder.items,
            end: try end(isBroken: isBroken),
            charset: decoder.charset ?? .utf8,
            replacedBytes: decoder.output.replacedBytes,
            emptyItems: builder.emptyItems
        )
    }

    private mutating func take(_ piece: [UInt8]) {
        if head.count < FeedReader.headBytes { head += piece.prefix(FeedReader.headBytes - head.count) }
        text += piece
    }

    /// Gives whole pieces to the parser, and at the end all that is left.
    private mutating func parse(isFinal: Bool) {
        var rest = text[...]
        while !hasEnded, rest.count >= limits.pieceBytes || isFinal {
            let piece = rest.prefix(limits.pieceBytes)
            rest = rest[piece.endIndex...]
            let isLast = isFinal && rest.isEmpty
            let (events, failure) = parser.parse(piece, isFinal: isLast)
            for event in events { builder.take(event) }
            self.failure = failure
            if isLast { break }
        }
        if hasEnded {
            text = []
        } else if rest.startIndex > text.startIndex {
            text = Array(rest)
        }
    }

    // MARK: Ends

    private func end(isBroken: Bool) throws(NewsError) -> FeedReading.End {
        switch builder.stop {
        case .complete: return .complete
        case .full: return .full
        case .tooDeep: return .cut(.tooDeep)
        case .otherRoot, nil: break
        }
        switch failure {
        case .endedEarly, nil: return .cut(isBroken ? .connectionLost : .endedEarly)
        case .malformed, .declarations: return .cut(.malformed)
        case .outOfMemory: throw NewsError(.internalFailure, "libexpat got no memory")
        }
    }

    /// What it is if it is no feed.
    private func notFeed() -> NewsError {
        let start = String(decoding: head, as: UTF8.self).lowercased()
        if start.contains("<!doctype html") || start.contains("<html") { return NewsError(.webPage) }
        switch (builder.stop, failure) {
        case (.otherRoot(let name), _) where ["head", "body"].contains(name.lowercased()): return NewsError(.webPage)
        case (.otherRoot(let name), _): return NewsError(.notFeed, "its root is \(name.prefix(100))")
        case (_, .declarations): return NewsError(.doctypeRefused, "the document type declares something")
        case (_, .outOfMemory): return NewsError(.internalFailure, "libexpat got no memory")
        case (_, .malformed(let reason)): return NewsError(.notXML, reason)
        case (_, .endedEarly), (_, nil):
            return head.isEmpty ? NewsError(.empty) : NewsError(.notXML, "no element in it")
        }
    }
}
