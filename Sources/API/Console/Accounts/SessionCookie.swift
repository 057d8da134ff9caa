import HTTPTypes
import Hummingbird

/// The cookie by which a browser's session is known.
///
/// No script can read it, and it goes out with nothing that another site has begun.
enum SessionCookie {
    /// Longer than any session: how long one holds is decided here, and using it makes it longer; browsers keep no cookie
    /// beyond 400 days.
    private static let secondsMax = 400 * 86_400

    /// Gives a browser its session.
    ///
    /// - Parameters:
    ///   - secret: the session's.
    ///   - isSecure: whether the browser may send it only over https.
    /// - Returns: the header's value.
    static func set(_ secret: String, isSecure: Bool) -> String {
        "\(Credentials.cookieName)=\(secret); Path=/; Max-Age=\(secondsMax); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    /// Makes the browser forget it.
    static let cleared = "\(Credentials.cookieName)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"

    /// Whether the browser that sent a form sees this station under https.
    ///
    /// It says so itself, in the origin of the form, which has been found to be ours; no proxy in between has to be
    /// believed.
    static func isSecure(_ request: Request) -> Bool { request.headers[.origin]?.hasPrefix("https://") ?? false }
}
