/// How to take part: an address to read and to point a telephone at.
package struct CallIn: Codable, Hashable, Sendable {
    package var title: ShownText
    /// As it is read, such as `station.example/call`.
    package var address: ShownText
    /// What the code holds, such as `https://station.example/call`.
    package var link: ShownText

    /// - Parameters:
    ///   - title: what to do there.
    ///   - address: as it is read.
    ///   - link: what the code holds; the address where none is given.
    package init(title: ShownText, address: ShownText, link: ShownText? = nil) {
        self.title = title
        self.address = address
        self.link = link ?? address
    }
}
