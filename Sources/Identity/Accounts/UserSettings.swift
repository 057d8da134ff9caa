/// What somebody has chosen for their account.
package struct UserSettings: Hashable, Sendable, Codable {
    /// Whether the console shows notices.
    package var notifications: Bool
    /// Whether notices are also sent by email.
    package var email: Bool
    /// Whether finished projects are published by themselves; never skips a gate.
    package var autoPublish: Bool
    package var defaultNiche: String
    /// A name of the time zone database.
    package var timezone: String

    enum CodingKeys: String, CodingKey {
        case notifications, email, timezone
        case autoPublish = "auto_publish"
        case defaultNiche = "default_niche"
    }

    package init(
        notifications: Bool = true,
        email: Bool = false,
        autoPublish: Bool = false,
        defaultNiche: String = "",
        timezone: String = "UTC"
    ) {
        self.notifications = notifications
        self.email = email
        self.autoPublish = autoPublish
        self.defaultNiche = defaultNiche
        self.timezone = timezone
    }

    /// - Throws: `IdentityError` with `.invalid`, naming the field.
    package func check() throws(IdentityError) {
        guard defaultNiche.unicodeScalars.count <= 100,
            !defaultNiche.unicodeScalars.contains(where: DisplayName.isInvisible)
        else { throw .invalid("default_niche", "must have at most 100 characters, none of them a control character") }
        let isZone =
            (1...64).contains(timezone.utf8.count) && !timezone.contains("..") && !timezone.hasPrefix("/")
            && timezone.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isLetter && byte < 0x80
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || "_+-/".utf8.contains(byte)
            }
        guard isZone else { throw .invalid("timezone", "must be a name such as Europe/Berlin") }
    }
}
