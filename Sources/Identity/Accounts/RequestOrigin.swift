/// Where a request comes from, cut to what is kept.
package struct RequestOrigin: Hashable, Sendable {
    package let address: String
    package let userAgent: String

    /// - Parameters:
    ///   - address: the client's IP address; at most 64 bytes are kept.
    ///   - userAgent: what the client calls itself; at most 200 characters are kept, control characters left out.
    package init(address: String, userAgent: String = "") {
        self.address = RequestOrigin.cut(address, 64)
        self.userAgent = RequestOrigin.cut(userAgent, 200)
    }

    private static func cut(_ text: String, _ countMax: Int) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(4 * countMax)
        where kept.count < countMax && !DisplayName.isInvisible(scalar) { kept.append(scalar) }
        return String(kept)
    }
}
