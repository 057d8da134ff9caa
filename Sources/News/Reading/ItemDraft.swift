import Bus
import HTTPClient

/// An item whose end has not come yet.
///
/// Of a field that stands there more than once, the first that says something counts.
struct ItemDraft {
    private let limits: FeedLimits
    private let now: Timestamp
    private var item = FeedItem()
    /// Where there is no link: the address in the attributes of one, then an id that is an address.
    private var otherLink: String?
    private var idLink: String?
    /// Where there is no time of publishing.
    private var date = FeedDate.missing

    init(limits: FeedLimits, now: Timestamp) {
        self.limits = limits
        self.now = now
    }

    /// - Returns: `nil` when nothing stands in it.
    func finished() -> FeedItem? {
        var item = item
        guard !item.title.isEmpty || !item.summary.isEmpty || !item.content.isEmpty else { return nil }
        item.link = item.link ?? otherLink ?? idLink
        if item.published == .missing { item.published = date }
        return item
    }

    mutating func take(_ capture: FieldCapture, base: RequestURL?) {
        switch capture.field {
        case .title: fill(\.title, capture, limits.titleCharactersMax)
        case .summary: fill(\.summary, capture, limits.summaryCharactersMax)
        case .content: fill(\.content, capture, limits.contentCharactersMax)
        case .link: if item.link == nil { item.link = link(capture, base) }
        case .id(let isLink): takeID(capture, isLink: isLink, base)
        case .published: item.published = read(capture, unless: item.published)
        case .date: date = read(capture, unless: date)
        case .updated: item.updated = read(capture, unless: item.updated)
        case .author: takeAuthor(capture)
        case .category:
            let name = PlainText(capture.bytes, .plain, charactersMax: 100).text
            take(category: name)
        // Of a feed alone.
        case .timeToLive: break
        }
    }

    mutating func take(category name: String) {
        guard !name.isEmpty, item.categories.count < limits.categoriesMax, !item.categories.contains(name) else {
            return
        }
        item.categories.append(name)
    }

    /// An address from an attribute.
    mutating func take(link text: String, base: RequestURL?) {
        if otherLink == nil { otherLink = FeedLink.url(text, relativeTo: base)?.text }
    }

    private mutating func fill(_ path: WritableKeyPath<FeedItem, String>, _ capture: FieldCapture, _ most: Int) {
        guard item[keyPath: path].isEmpty else { return }
        let text = PlainText(capture.bytes, capture.form == .plain ? .plain : .html, charactersMax: most)
        item[keyPath: path] = text.text
        if text.isShortened || capture.isShortened { item.isShortened = true }
    }

    private func read(_ capture: FieldCapture, unless known: FeedDate) -> FeedDate {
        guard known.time == nil, capture.text.contains(where: { !$0.isWhitespace }) else { return known }
        return FeedDate(capture.text, now: now, futureMax: limits.futureMax)
    }

    private func link(_ capture: FieldCapture, _ base: RequestURL?) -> String? {
        capture.isShortened ? nil : FeedLink.url(capture.text, relativeTo: base)?.text
    }

    private mutating func takeID(_ capture: FieldCapture, isLink: Bool, _ base: RequestURL?) {
        let text = String(capture.text.trimmingSpaces)
        guard item.id == nil, !text.isEmpty, !capture.isShortened, text.utf8.count <= FeedLink.bytesMax else { return }
        item.id = text
        // A relative address would make one of any number.
        if isLink { idLink = FeedLink.url(text)?.text }
    }

    /// `reader@example.com (Their Name)` is a name too; an address alone is nobody's business.
    private mutating func takeAuthor(_ capture: FieldCapture) {
        guard item.author == nil else { return }
        var name = PlainText(capture.bytes, .plain, charactersMax: 200).text
        if name.contains("@") {
            guard let open = name.firstIndex(of: "("), let close = name.lastIndex(of: ")"), open < close else { return }
            name = String(name[name.index(after: open)..<close])
        }
        if !name.isEmpty, !name.contains("@") { item.author = name }
    }
}
