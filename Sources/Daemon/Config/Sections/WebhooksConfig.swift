/// The `[webhooks]` section: other services that may tell the station something.
package struct WebhooksConfig: ConfigSection {
    package enum Scheme: String, ConfigChoice {
        case stripe
        case hmac
        case bearer
    }

    package var sources: [Source] = []

    package init() {}

    package func problems() -> [ConfigProblem] {
        let names = sources.map(\.name)
        return names.indices.filter { names[..<$0].contains(names[$0]) }.map { index in
            ConfigProblem.invalid(
                ConfigPath([.key("sources"), .index(index), .key("name")]),
                "\(TOMLText.string(names[index])) is the name of two sources"
            )
        }
    }

    /// One `[[webhooks.sources]]` entry.
    package struct Source: ConfigSection {
        /// In the path: `/api/webhooks/NAME`.
        package var name = ""
        package var scheme = Scheme.hmac
        /// What only the service and the station know.
        package var secret = Credential()
        /// How far the time of a signature may be from now.
        package var toleranceSeconds = 300.0

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.range("tolerance_seconds", toleranceSeconds, 1...3600)
                + (Source.isName(name)
                    ? [] : [.invalid("name", "must be 1 to 32 small letters, digits and dashes")])
                + (secret.isSet ? [] : [.invalid("secret", "must name a credential, such as \"cred:stripe-webhook\"")])
        }

        private static func isName(_ text: String) -> Bool {
            (1...32).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }
}
