package import HTTPTypes

/// Finds out whom a request comes from when there are proxies between.
///
/// A header can be written by anybody, so only what a trusted proxy has appended to it is believed: the list is read
/// from its end, hop by hop, as long as the hop that reports is trusted. `X-Forwarded-For` counts where it is there,
/// because every usual proxy sets it; `Forwarded` only without it.
package struct ClientAddress: Sendable {
    private let trusted: [AddressRange]

    /// More hops than this are not looked at.
    private static let hopsMax = 32

    /// - Parameter trusted: the proxies whose headers are believed.
    package init(trusted: [AddressRange]) { self.trusted = trusted }

    /// The client's address: the last hop that is not a trusted proxy.
    ///
    /// - Parameters:
    ///   - peer: who the connection comes from; `nil` when it is not known.
    ///   - headers: those of the request.
    /// - Returns: where the headers are broken, the last hop that a trusted proxy has vouched for; `nil` without a peer.
    package func find(peer: IPAddress?, headers: HTTPFields) -> IPAddress? {
        guard let peer, isTrusted(peer) else { return peer }
        var hop = peer
        for text in ClientAddress.hops(headers) {
            guard let reported = ClientAddress.address(text) else { return hop }
            hop = reported
            if !isTrusted(reported) { return hop }
        }
        return hop
    }

    private func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }

    // MARK: Headers

    /// What each hop reports of the one before it, nearest first.
    private static func hops(_ headers: HTTPFields) -> [Substring] {
        let values = headers[values: .forwardedFor]
        return values.isEmpty ? elements(headers[values: .forwarded]).map(forwardedFor) : elements(values)
    }

    /// The elements of a list that may stand in several fields, last first.
    private static func elements(_ values: [String]) -> [Substring] {
        var found: [Substring] = []
        for value in values.reversed() {
            for element in value.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard found.count < hopsMax else { return found }
                found.append(trimmed(element))
            }
        }
        return found
    }

    /// The `for` of one element of `Forwarded`; empty where there is none, which no address is.
    private static func forwardedFor(_ element: Substring) -> Substring {
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(trimmed)
            guard parts.count == 2, parts[0].lowercased() == "for" else { continue }
            let value = parts[1]
            return value.count >= 2 && value.first == "\"" && value.last == "\"" ? value.dropFirst().dropLast() : value
        }
        return ""
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }

    /// An address with or without a port: `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]:80`.
    private static func address(_ text: Substring) -> IPAddress? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) else { return nil }
            return IPAddress(String(text[text.index(after: text.startIndex)..<end]))
        }
        if let address = IPAddress(String(text)) { return address }
        guard let colon = text.lastIndex(of: ":"), isPort(text[colon...]) else { return nil }
        guard case .v4(let number)? = IPAddress(String(text[..<colon])), !text[..<colon].contains(":") else {
            return nil
        }
        return .v4(number)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil && text.dropFirst().allSatisfy(\.isNumber)
    }
}
