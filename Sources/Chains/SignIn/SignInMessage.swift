/// What somebody signs to sign in with a wallet: who asks, which wallet, once, and for how long.
///
/// There are two layouts with the same parts. After parsing, compare the parts with those of the challenge that was
/// given out; nothing may be searched for in the text. A scheme before the domain is not read.
package struct SignInMessage: Hashable, Sendable {
    /// Who asks: a host, with its port where it has one.
    package var domain: String
    /// As the chain writes it.
    package var address: String
    /// One line for people.
    package var statement: String?
    package var uri: String?
    /// `1`, the only one that there is.
    package var version: String?
    /// A number for Ethereum; for Solana the name of a cluster.
    package var chainID: String?
    /// Eight letters and digits at least, never given out twice.
    package var nonce: String
    package var issuedAt: SignInTime
    package var expirationTime: SignInTime
    package var notBefore: SignInTime?
    package var requestID: String?
    /// Addresses of what the signer agrees to.
    package var resources: [String]

    package init(
        domain: String,
        address: String,
        statement: String? = nil,
        uri: String? = nil,
        version: String? = "1",
        chainID: String? = nil,
        nonce: String,
        issuedAt: SignInTime,
        expirationTime: SignInTime,
        notBefore: SignInTime? = nil,
        requestID: String? = nil,
        resources: [String] = []
    ) {
        self.domain = domain
        self.address = address
        self.statement = statement
        self.uri = uri
        self.version = version
        self.chainID = chainID
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expirationTime = expirationTime
        self.notBefore = notBefore
        self.requestID = requestID
        self.resources = resources
    }

    /// How the text is laid out.
    package enum Layout: Hashable, Sendable {
        /// Sign-In With Solana.
        case solana
        /// Sign-In With Ethereum (EIP-4361), which needs an address of a page, a version and a chain.
        case ethereum

        var greeting: String {
            switch self {
            case .solana: " wants you to sign in with your Solana account:"
            case .ethereum: " wants you to sign in with your Ethereum account:"
            }
        }
    }

    /// A part, by the name that it has in the text.
    package enum Field: String, Hashable, Sendable {
        case domain = "Domain"
        case address = "Address"
        case statement = "Statement"
        case uri = "URI"
        case version = "Version"
        case chainID = "Chain ID"
        case nonce = "Nonce"
        case issuedAt = "Issued At"
        case expirationTime = "Expiration Time"
        case notBefore = "Not Before"
        case requestID = "Request ID"
        case resources = "Resources"
    }
}

extension SignInMessage {
    /// Why a text is no sign-in text, or why parts make none.
    package enum Refusal: Error, Hashable, Sendable {
        case tooLong(bytes: Int)
        /// The first line does not ask to sign in with this chain.
        case notSignIn
        /// Something else than printable ASCII.
        case badCharacter
        case missing(Field)
        case bad(Field)
        /// A line that does not belong here, counted from 1.
        case unexpectedLine(Int)
    }
}

extension SignInMessage.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes):
            "the text has \(bytes) bytes, and \(SignInMessage.sizeBytesMax) are read: sign the text that was given"
        case .notSignIn: "the text does not ask to sign in with this kind of wallet: sign the text that was given"
        case .badCharacter:
            "the text holds characters that do not belong there: sign the text that was given, unchanged"
        case .missing(let field): "the text lacks its \(field.rawValue): sign all of the text that was given"
        case .bad(let field):
            "the \(field.rawValue) of the text is not as it has to be: ask for a new text and sign that"
        case .unexpectedLine(let number):
            "line \(number) of the text does not belong there: sign the text that was given, unchanged"
        }
    }
}
