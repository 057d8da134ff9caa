package import HTTPClient

/// Where a provider may be found that nobody has configured: scheme and host, on the public Internet or on this machine.
///
/// Whether a name leads to the public Internet shows only when it is looked up, so requests there are held to public
/// addresses by the client as well.
package struct CandidateAddress: Hashable, Sendable {
    package static let sizeBytesMax = 200

    /// Without a slash at the end.
    package let text: String
    package let isLoopback: Bool

    /// - Returns: `nil` for what is not https (or on this machine), has a path, a user or a password, or names a private
    ///   address.
    package init?(_ text: String) {
        guard text.utf8.count <= CandidateAddress.sizeBytesMax, let url = RequestURL(text),
            url.text == url.origin || url.text == "\(url.origin)/" || url.text == "\(url.scheme)://\(url.authority)/"
        else { return nil }
        isLoopback = url.isLoopback
        guard isLoopback || (url.scheme == "https" && !url.isPrivateAddress) else { return nil }
        self.text = "\(url.scheme)://\(url.authority)"
    }

    /// Whom a request there may reach.
    package var trust: HTTPRequest.Trust { isLoopback ? .configured : .userGiven }
}
