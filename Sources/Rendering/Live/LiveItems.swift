import Picture
import RenderWire

/// What is on air at a moment: pictures are drawn later than sound is made, so that an item is known before it is seen.
struct LiveItems {
    struct Playing {
        var item: LiveItem
        let captions: [TimedCaption]
        var line: LiveLine?

        /// Its words at a sample of the programme.
        func shown(at sample: Int64) -> Captions {
            guard sample < item.end ?? .max else { return Captions(lines: []) }
            let milliseconds = (sample - item.start) / 48
            return captions.last { $0.start <= milliseconds }?.shown(at: milliseconds) ?? Captions(lines: [])
        }
    }

    /// In the order of their begins.
    private var items: [Playing] = []

    /// Within less than a second no more begin.
    private static let itemsMax = 4

    /// - Returns: whether it was not known.
    mutating func play(_ item: LiveItem) -> Bool {
        if let known = items.firstIndex(where: { $0.item.id == item.id && $0.item.start == item.start }) {
            let isSame = items[known].item.words == item.words
            if isSame {
                items[known].item = item
                return false
            }
            // Its words came later than it.
            items[known] = Playing(item: item, captions: LiveItems.captions(item), line: items[known].line)
            return false
        }
        items.append(Playing(item: item, captions: LiveItems.captions(item)))
        items.removeFirst(max(0, items.count - LiveItems.itemsMax))
        return true
    }

    mutating func speak(_ line: LiveLine) {
        for index in items.indices
        where items[index].item.id == line.item.id && items[index].item.start == line.item.start {
            items[index].line = line
        }
    }

    /// The one that began last; those before it are forgotten.
    mutating func playing(at sample: Int64) -> Playing? {
        guard let index = items.lastIndex(where: { $0.item.start <= sample }) else { return nil }
        items.removeFirst(index)
        return items.first
    }

    private static func captions(_ item: LiveItem) -> [TimedCaption] {
        CaptionCutter().cut(item.words.map { TimedWord($0.text, start: Int64($0.start), end: Int64($0.end)) })
    }
}
