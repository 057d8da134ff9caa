/// An address of somebody else's page, fit to be a link: `http` or `https`, in ASCII, without anything that would end an
/// attribute or hide where it leads.
struct OutsideAddress: Hashable, Sendable {
    let text: String
    /// Where it leads, to be shown beside it.
    let host: String

    static let bytesMax = 2048

    /// - Returns: `nil` for everything else, an address with a user name included: those look like another host.
    init?(_ text: String) {
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        guard let scheme, text.utf8.count <= OutsideAddress.bytesMax,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"'<>\\`".utf8.contains($0) })
        else { return nil }
        let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !host.isEmpty, !host.contains("@") else { return nil }
        self.text = text
        self.host = String(host)
    }
}
