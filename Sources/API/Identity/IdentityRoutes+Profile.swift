import Bus
import Domain
import HTTPTypes
import Hummingbird
import Identity
import NIOCore

extension IdentityRoutes {
    private static let group = "Account"
    private static let reading = Route.Access.role(.viewer, scope: .read)
    private static let writing = Route.Access.role(.viewer, scope: .write)
    private static let avatarPath = "/api/users/me/avatar"

    private struct ProfileChange: Decodable, Sendable {
        let displayName: String

        enum CodingKeys: String, CodingKey {
            case displayName = "display_name"
        }
    }

    private struct AvatarAnswer: Codable, Sendable {
        let format: Avatar.Format
        let sizeBytes: Int

        enum CodingKeys: String, CodingKey {
            case format
            case sizeBytes = "size_bytes"
        }
    }

    // MARK: The account

    func profile() throws -> [Route] { [try readProfile, try writeProfile, try readSettings, try writeSettings] }

    private var readProfile: Route {
        get throws {
            try Route.get(
                "/api/users/me",
                access: Self.reading,
                summary: "The account that asks",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "The account."]
            ) { [desk] (_, call) throws(APIError) in
                let id = try call.known().userID
                return Route.Reply(
                    UserAnswer(try await asking { () throws(IdentityError) in try await desk.user(id) })
                )
            }
        }
    }

    private var writeProfile: Route {
        get throws {
            try Route.send(
                "PUT",
                "/api/users/me",
                access: Self.writing,
                summary: "Changes what the account is called",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: ProfileChange.self,
                answers: [200: "The account."]
            ) { [desk] (body, call) throws(APIError) in
                let id = try call.known().userID
                let account = try await asking { () throws(IdentityError) in
                    try await desk.setDisplayName(body.displayName, of: id)
                }
                return Route.Reply(UserAnswer(account))
            }
        }
    }

    private var readSettings: Route {
        get throws {
            try Route.get(
                "/api/users/me/settings",
                access: Self.reading,
                summary: "What the account has chosen",
                group: Self.group,
                query: NoQuery.self,
                answers: [200: "Its settings."]
            ) { [desk] (_, call) throws(APIError) in
                let id = try call.known().userID
                return Route.Reply(
                    try await asking { () throws(IdentityError) in try await desk.userSettings(of: id) }
                )
            }
        }
    }

    private var writeSettings: Route {
        get throws {
            try Route.send(
                "PUT",
                "/api/users/me/settings",
                access: Self.writing,
                summary: "Replaces what the account has chosen",
                group: Self.group,
                bodyBytesMax: Self.bodyBytesMax,
                body: UserSettings.self,
                answers: [200: "The settings as they are now."]
            ) { [desk, knowsTimeZone] (settings, call) throws(APIError) in
                let id = try call.known().userID
                try settings.checkForm()
                guard await knowsTimeZone(settings.timezone) else {
                    throw APIError(faults: [InputFault(field: "timezone", message: "is not a time zone known here")])
                }
                try await asking { () throws(IdentityError) in try await desk.setUserSettings(settings, of: id) }
                return Route.Reply(settings)
            }
        }
    }

    // MARK: The picture

    var readAvatar: Route {
        Route(
            method: "GET",
            path: Self.avatarPath,
            access: Self.reading,
            summary: "The account's picture",
            group: Self.group,
            limit: .standard,
            query: nil,
            body: nil,
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "The picture.",
                    content: Route.Content(type: "image/*", schema: ["type": "string", "format": "binary"])
                ),
                Route.Answer(status: 304, summary: "It is the one that the client has.", content: nil),
            ]
        ) { [desk] request, call in
            let id = try call.known().userID
            let avatar = try await asking { () throws(IdentityError) in try await desk.avatar(of: id) }
            let tag = "\"\(avatar.tag)\""
            let headers: HTTPFields = [
                .contentType: avatar.format.mediaType, .eTag: tag, .cacheControl: "private, no-cache",
            ]
            guard request.headers[.ifNoneMatch] != tag else { return Response(status: .notModified, headers: headers) }
            return Response(
                status: .ok,
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(bytes: avatar.content))
            )
        }
    }

    var writeAvatar: Route {
        get throws {
            Route(
                method: "POST",
                path: Self.avatarPath,
                access: Self.writing,
                summary: "Replaces the account's picture by the body: a JPEG, PNG or WebP of at most 5 MiB",
                group: Self.group,
                limit: .standard,
                query: nil,
                body: Route.Content(type: "image/*", schema: ["type": "string", "format": "binary"]),
                answers: [
                    Route.Answer(
                        status: 200,
                        summary: "What the picture was found to be, by its content.",
                        content: Route.Content(
                            type: Route.json,
                            schema: try RouteSchema(of: AvatarAnswer.self)
                        )
                    )
                ]
            ) { [desk] request, call in
                let id = try call.known().userID
                let content = try await RequestBody.bytes(of: request, bytesMax: Avatar.sizeBytesMax)
                guard Avatar.Format(of: content) != nil else {
                    throw APIError(.unsupportedMediaType, "The body must be a JPEG, PNG or WebP picture, as it is.")
                }
                let format = try await asking { () throws(IdentityError) in try await desk.setAvatar(content, of: id) }
                return try JSONAnswer.response(AvatarAnswer(format: format, sizeBytes: content.count))
            }
        }
    }

    var removeAvatar: Route {
        get throws {
            try Route.send(
                "DELETE",
                Self.avatarPath,
                access: Self.writing,
                summary: "Removes the account's picture",
                group: Self.group,
                body: NoBody.self,
                answers: [204: "It is gone."]
            ) { [desk] (_, call) throws(APIError) in
                let id = try call.known().userID
                try await asking { () throws(IdentityError) in try await desk.removeAvatar(of: id) }
                return Route.Reply(NoContent(), status: 204)
            }
        }
    }
}

extension UserSettings {
    /// - Throws: `APIError` that names the field.
    fileprivate func checkForm() throws(APIError) {
        do throws(IdentityError) {
            try check()
        } catch {
            throw APIError(error)
        }
    }
}
