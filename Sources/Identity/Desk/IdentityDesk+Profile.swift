package import Bus
import Store

extension IdentityDesk {
    /// Changes what somebody is called.
    ///
    /// - Throws: `IdentityError`: `.invalid`, `.notFound`, `.store`.
    package func setDisplayName(_ input: String, of userID: UUIDv7) async throws(IdentityError) -> UserAccount {
        let name = try DisplayName.checked(input, field: "display_name")
        let rows = try await run(AccountSQL.setDisplayName, [SQLValue(userID), .text(name), SQLValue(now())])
        guard let account = try records(rows, UserAccount.init(row:)).first else { throw .notFound("user") }
        return account
    }

    // MARK: Settings

    /// What somebody has chosen; the defaults where they have not.
    ///
    /// - Throws: `IdentityError`: `.notFound`, `.store`.
    package func userSettings(of userID: UUIDv7) async throws(IdentityError) -> UserSettings {
        guard let text = try await query(AccountSQL.settings, [SQLValue(userID)]).first?[0].text else {
            throw .notFound("user")
        }
        guard text != "{}" else { return UserSettings() }
        return try records([[.text(text)]]) { row throws(StoreError) in
            do {
                return try EventCodec.decode(UserSettings.self, from: text.utf8)
            } catch {
                throw StoreError(.corrupt, "user_account.settings", detail: "\(error)")
            }
        }[0]
    }

    /// - Throws: `IdentityError`: `.invalid`, `.notFound`, `.store`.
    package func setUserSettings(_ settings: UserSettings, of userID: UUIDv7) async throws(IdentityError) {
        try settings.check()
        let text: String
        do {
            text = String(decoding: try EventCodec.encode(settings), as: UTF8.self)
        } catch {
            throw IdentityError(.failed, "The settings cannot be kept.")
        }
        let values = [SQLValue(userID), .text(text), SQLValue(now())]
        guard try await !run(AccountSQL.setSettings, values).isEmpty else { throw .notFound("user") }
    }

    // MARK: Picture

    /// - Throws: `IdentityError`: `.notFound` when there is none, `.store`.
    package func avatar(of userID: UUIDv7) async throws(IdentityError) -> Avatar {
        let rows = try await query(AccountSQL.avatar, [SQLValue(userID)])
        let avatars = try records(rows) { row throws(StoreError) in
            guard let format = row[0].text.flatMap(Avatar.Format.init), let content = row[1].blob,
                let hash = row[2].blob, let updatedAt = row[3].time
            else { throw StoreError(.corrupt, "user_avatar") }
            return Avatar(format: format, content: content, tag: Base64URL.encode(hash), updatedAt: updatedAt)
        }
        guard let avatar = avatars.first else { throw .notFound("picture") }
        return avatar
    }

    /// Keeps a picture; what it is, its content tells.
    ///
    /// - Returns: the format found.
    /// - Throws: `IdentityError`: `.invalid` for anything but a JPEG, PNG or WebP of at most 5 MiB, `.notFound`, `.store`.
    @discardableResult
    package func setAvatar(_ content: [UInt8], of userID: UUIDv7) async throws(IdentityError) -> Avatar.Format {
        guard content.count <= Avatar.sizeBytesMax else { throw .invalid("avatar", "must have at most 5 MiB") }
        guard let format = Avatar.Format(of: content) else { throw .invalid("avatar", "must be a JPEG, PNG or WebP") }
        let digest = try SecretDigest(content)
        let time = now()
        try await commit { transaction in
            guard try !transaction.rows(AccountSQL.byID, [SQLValue(userID)]).isEmpty else {
                throw IdentityError.notFound("user")
            }
            let values: [SQLValue] = [
                SQLValue(userID), .text(format.rawValue), .blob(content), .blob(digest.bytes), SQLValue(time),
            ]
            try transaction.execute(AccountSQL.setAvatar, values)
        }
        return format
    }

    /// - Throws: `IdentityError`: `.notFound` when there is none, `.store`.
    package func removeAvatar(of userID: UUIDv7) async throws(IdentityError) {
        guard try await !run(AccountSQL.removeAvatar, [SQLValue(userID)]).isEmpty else { throw .notFound("picture") }
    }
}
