import Domain
import Hummingbird
import Identity

/// Proves that a form was made by our own page: it is made of the cookie's secret, which no other page can read.
struct FormToken: Hashable, Sendable {
    static let field = "form_token"

    let text: String

    /// - Returns: `nil` for a request that does not act by its cookie.
    init?(of request: Request, by principal: Principal?) {
        guard principal != nil, case .browser(let secret)? = try? Credentials.shown(in: request.headers) else {
            return nil
        }
        self.init(secret: secret)
    }

    init(secret: String) {
        var hash = SHA256()
        hash.update(Array("cryptocall form token\0\(secret)".utf8))
        text = hash.hexadecimal()
    }

    /// Takes as long whatever the other text is.
    func matches(_ other: String?) -> Bool {
        let (own, other) = (Array(text.utf8), Array((other ?? "").utf8))
        guard own.count == other.count else { return false }
        return zip(own, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
