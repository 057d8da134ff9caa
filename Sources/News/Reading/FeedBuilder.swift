import Bus
import HTTPClient

/// Makes a feed of what stands in a document: the rules of RSS, Atom and RDF, as a value.
struct FeedBuilder {
    /// Why nothing more is wanted of the document.
    enum Stop: Hashable {
        /// The feed is over.
        case complete
        /// There are items enough.
        case full
        case tooDeep
        /// Its first element is none of a feed's.
        case otherRoot(String)
    }

    /// What an element that is open is.
    private enum Level {
        /// Of RSS or RDF, around the channel.
        case root
        /// What items stand in; in Atom the root.
        case channel
        case item
        /// Of Atom, around the name.
        case person
        /// The text of a field.
        case field
        /// Markup in the text of a field.
        case markup(String)
        case ignored
    }

    private let limits: FeedLimits
    private let now: Timestamp
    private let base: RequestURL?
    private(set) var format: FeedFormat?
    private(set) var title = ""
    private(set) var link: String?
    private(set) var timeToLive: Duration?
    private(set) var items: [FeedItem] = []
    private(set) var emptyItems = 0
    private(set) var stop: Stop?
    /// The namespace of the root `rss`, most often none, which its own elements share.
    private var rootNamespace = ""
    /// Each with what addresses inside of it are relative to.
    private var levels: [(level: Level, base: RequestURL?)] = []
    private var draft: ItemDraft?
    private var capture: FieldCapture?

    init(base: RequestURL?, limits: FeedLimits, now: Timestamp) {
        self.base = base
        self.limits = limits
        self.now = now
    }

    mutating func take(_ event: XMLEvent) {
        guard stop == nil else { return }
        switch event {
        case .start(let element): start(element)
        case .text(let text): capture?.append(text)
        case .entity(let name): capture?.append(entity: name)
        case .end: end()
        }
    }

    // MARK: Elements

    private mutating func start(_ element: XMLElement) {
        guard levels.count < limits.depthMax else {
            stop = .tooDeep
            return
        }
        var base = levels.last?.base ?? self.base
        if let own = element.attribute("base", in: FeedNamespace.xml) {
            base = FeedLink.url(own, relativeTo: base) ?? base
        }
        let level: Level
        switch levels.last?.level {
        case nil: level = root(element)
        case .root: level = inRoot(element)
        case .channel: level = inChannel(element, base)
        case .item: level = inItem(element, base)
        case .person:
            level = element.name == XMLName("name", in: FeedNamespace.atom) ? begin(.author, .plain) : .ignored
        case .field, .markup:
            capture?.beginElement(element.name.local)
            level = .markup(element.name.local)
        case .ignored: level = .ignored
        }
        levels.append((level, base))
    }

    private mutating func end() {
        guard let (level, base) = levels.popLast() else { return }
        switch level {
        case .markup(let name): capture?.endElement(name)
        case .field: endField(base)
        case .item:
            if let item = draft?.finished() { items.append(item) } else { emptyItems += 1 }
            draft = nil
        case .root, .channel, .person, .ignored: break
        }
        if levels.isEmpty { stop = .complete }
    }

    private mutating func root(_ element: XMLElement) -> Level {
        switch (element.name.local, element.name.namespace) {
        case ("feed", FeedNamespace.atom):
            format = .atom
            return .channel
        case ("RDF", FeedNamespace.rdf):
            format = .rdf
            return .root
        case ("rss", let namespace):
            format = .rss
            rootNamespace = namespace
            return .root
        default:
            stop = .otherRoot(element.name.local)
            return .ignored
        }
    }

    private mutating func inRoot(_ element: XMLElement) -> Level {
        guard isOwn(element.name.namespace) else { return .ignored }
        return switch element.name.local {
        case "channel": .channel
        // Beside the channel in RDF.
        case "item": beginItem()
        default: .ignored
        }
    }

    private mutating func inChannel(_ element: XMLElement, _ base: RequestURL?) -> Level {
        guard isOwn(element.name.namespace) else { return .ignored }
        switch element.name.local {
        case "item" where format == .rss, "entry" where format == .atom: return beginItem()
        case "title": return title.isEmpty ? begin(.title, form(of: element)) : .ignored
        case "link" where format == .atom:
            if link == nil, isPage(element), let href = href(element) {
                link = FeedLink.url(href, relativeTo: base)?.text
            }
            return .ignored
        case "link": return link == nil ? begin(.link, .plain) : .ignored
        case "ttl" where format == .rss: return timeToLive == nil ? begin(.timeToLive, .plain) : .ignored
        default: return .ignored
        }
    }

    private mutating func beginItem() -> Level {
        guard items.count < limits.itemsMax else {
            stop = .full
            return .ignored
        }
        draft = ItemDraft(limits: limits, now: now)
        return .item
    }

    // MARK: Fields of an item

    private mutating func inItem(_ element: XMLElement, _ base: RequestURL?) -> Level {
        let (name, namespace) = (element.name.local, element.name.namespace)
        if isOwn(namespace) { return format == .atom ? inEntry(element, base) : inOwnItem(element) }
        switch (namespace, name) {
        case (FeedNamespace.content, "encoded"): return begin(.content, .html)
        case (FeedNamespace.dublinCore, "creator"): return begin(.author, .plain)
        case (FeedNamespace.dublinCore, "date"): return begin(.date, .plain)
        case (FeedNamespace.dublinCore, "subject"): return begin(.category, .plain)
        // RSS that borrows from Atom.
        case (FeedNamespace.atom, "link"):
            takeLink(element, base)
            return .ignored
        case (FeedNamespace.atom, "updated"): return begin(.updated, .plain)
        default: return .ignored
        }
    }

    /// RSS and RDF.
    private mutating func inOwnItem(_ element: XMLElement) -> Level {
        switch element.name.local {
        case "title": begin(.title, .plain)
        case "link": begin(.link, .plain)
        case "guid": begin(.id(isLink: element.attribute("isPermaLink")?.lowercased() != "false"), .plain)
        case "pubDate": begin(.published, .plain)
        case "description": begin(.summary, .html)
        case "author": begin(.author, .plain)
        case "category": begin(.category, .plain)
        default: .ignored
        }
    }

    private mutating func inEntry(_ element: XMLElement, _ base: RequestURL?) -> Level {
        switch element.name.local {
        case "title": return begin(.title, form(of: element))
        case "id": return begin(.id(isLink: false), .plain)
        case "published": return begin(.published, .plain)
        case "updated": return begin(.updated, .plain)
        case "summary": return begin(.summary, form(of: element))
        case "content": return isText(element) ? begin(.content, form(of: element)) : .ignored
        case "author": return .person
        case "link": takeLink(element, base)
        case "category":
            let term = element.attribute("term").map { PlainText(Array($0.utf8), .plain, charactersMax: 100).text }
            if let term { draft?.take(category: term) }
        default: break
        }
        return .ignored
    }

    private mutating func takeLink(_ element: XMLElement, _ base: RequestURL?) {
        if isPage(element), let href = href(element) { draft?.take(link: href, base: base) }
    }

    private mutating func begin(_ field: FeedField, _ form: FeedTextForm) -> Level {
        capture = FieldCapture(field, form)
        return .field
    }

    private mutating func endField(_ base: RequestURL?) {
        guard let ended = capture else { return }
        capture = nil
        if draft != nil { draft?.take(ended, base: base) } else { takeOfFeed(ended, base) }
    }

    private mutating func takeOfFeed(_ ended: FieldCapture, _ base: RequestURL?) {
        switch ended.field {
        case .title:
            let kind: PlainText.Kind = ended.form == .plain ? .plain : .html
            title = PlainText(ended.bytes, kind, charactersMax: limits.titleCharactersMax).text
        case .timeToLive: timeToLive = FeedBuilder.minutes(ended.text)
        default: link = ended.isShortened ? nil : FeedLink.url(ended.text, relativeTo: base)?.text
        }
    }

    /// A whole number of minutes, up to a year of them; whatever else stands there says nothing.
    private static func minutes(_ text: String) -> Duration? {
        guard let minutes = Int(text.trimmingSpaces), (1...366 * 1440).contains(minutes) else { return nil }
        return .seconds(minutes * 60)
    }

    // MARK: What attributes say

    /// Whether an element is of the format itself, and not of an extension.
    private func isOwn(_ namespace: String) -> Bool {
        switch format {
        case .atom: namespace == FeedNamespace.atom
        case .rdf: FeedNamespace.rdfItems.contains(namespace)
        case .rss: namespace == rootNamespace
        case nil: false
        }
    }

    /// How a text of Atom is written; the titles of others are plain.
    private func form(of element: XMLElement) -> FeedTextForm {
        switch element.attribute("type")?.lowercased() {
        case "html", "text/html": .html
        case "xhtml", "application/xhtml+xml": .xhtml
        default: .plain
        }
    }

    /// Content may also be elsewhere, or a picture.
    private func isText(_ element: XMLElement) -> Bool {
        guard element.attribute("src") == nil else { return false }
        let type = element.attribute("type")?.lowercased() ?? "text"
        return ["text", "html", "xhtml", "text/html", "text/plain", "application/xhtml+xml"].contains(type)
    }

    /// Whether a link of Atom leads to the page, and not to a comment, a picture or the feed.
    private func isPage(_ element: XMLElement) -> Bool {
        (element.attribute("rel") ?? "alternate").lowercased() == "alternate"
    }

    private func href(_ element: XMLElement) -> String? { element.attribute("href") }
}
