import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `user`: who may use the station.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "List users, add one, change role, tier or password, disable or enable one, or log one out.",
        subcommands: [
            List.self, Show.self, Add.self, SetRole.self, SetTier.self, Disable.self, Enable.self, Password.self,
            Sessions.self, LogOut.self, RotateKeys.self,
        ]
    )

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show the users, oldest first.")

        @Option(help: ArgumentHelp("Only those after this user's id, for the next page.", valueName: "id"))
        var after: String?

        @Option(help: ArgumentHelp("The most users, up to 1000.", valueName: "count"))
        var limit = 200

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 1000") }
        }

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            params["after"] = after.map(JSONValue.string)
            try await Session(options).show("users.list", params, as: UserList.self) { list, terminal in
                UserPage.list(list.users, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show one user.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("users.show") }
    }

    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user; the password is asked for on the terminal."
        )

        @Argument(help: "The email.")
        var email: String

        @Option(help: ArgumentHelp("viewer, client, operator or admin.", valueName: "role"))
        var role = "client"

        @Option(help: ArgumentHelp("free, pro or enterprise.", valueName: "tier"))
        var tier = "free"

        @Option(help: ArgumentHelp("What the user is called; otherwise the email's first part.", valueName: "name"))
        var name: String?

        @OptionGroup var password: PasswordOptions
        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            var params: [String: JSONValue] = [
                "email": .string(email), "role": .string(role), "tier": .string(tier),
                "password": .string(try await password.read()),
            ]
            params["name"] = name.map(JSONValue.string)
            try await Session(options).show("users.add", params, as: UserLine.self) { user, terminal in
                UserPage.details(user, terminal)
            }
        }
    }

    struct SetRole: OperatorCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Give a user another role.")

        @OptionGroup var target: Target

        @Argument(help: "viewer, client, operator or admin.")
        var role: String

        func perform() async throws { try await target.show("users.set_role", ["role": .string(role)]) }
    }

    struct SetTier: OperatorCommand {
        static let configuration = CommandConfiguration(commandName: "tier", abstract: "Give a user another tier.")

        @OptionGroup var target: Target

        @Argument(help: "free, pro or enterprise.")
        var tier: String

        func perform() async throws { try await target.show("users.set_tier", ["tier": .string(tier)]) }
    }

    struct Disable: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Shut a user out, and log them out everywhere.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("users.disable") }
    }

    struct Enable: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Let a user in again.")
        @OptionGroup var target: Target
        func perform() async throws { try await target.show("users.enable") }
    }

    struct Password: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a user another password, unlock them and log them out everywhere."
        )

        @OptionGroup var target: Target
        @OptionGroup var password: PasswordOptions

        func perform() async throws {
            let params: [String: JSONValue] = [
                "user": .string(target.user), "password": .string(try await password.read()),
            ]
            try await Session(target.options).show(
                "users.reset_password",
                params,
                as: UserPasswordReset.self
            ) { reset, _ in ["\(Terminal.plain(reset.user)): the password is changed, all sessions have ended"] }
        }
    }

    struct Sessions: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show where a user is logged in.")
        @OptionGroup var target: Target

        func perform() async throws {
            try await Session(target.options).show(
                "users.sessions",
                ["user": .string(target.user)],
                as: UserSessionList.self
            ) { list, terminal in UserPage.sessions(list.sessions, terminal) }
        }
    }

    struct LogOut: OperatorCommand {
        static let configuration = CommandConfiguration(
            commandName: "logout",
            abstract: "End all sessions of a user; their keys stay."
        )

        @OptionGroup var target: Target

        func perform() async throws {
            try await Session(target.options).show(
                "users.revoke_sessions",
                ["user": .string(target.user)],
                as: UserLoggedOut.self
            ) { result, _ in ["\(Terminal.plain(result.user)): \(result.revoked) sessions ended"] }
        }
    }

    struct RotateKeys: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign access tokens with a new key; those of the last one go on being good."
        )

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("identity.rotate_keys", as: KeysRotated.self) { _, _ in
                ["access tokens are signed with a new key"]
            }
        }
    }

    struct PasswordOptions: ParsableArguments {
        @Flag(help: "Read the password from the first line of standard input.")
        var passwordStdin = false

        func read() async throws(CommandFailure) -> String {
            try await PasswordInput.read(isFromInput: passwordStdin)
        }
    }

    struct Target: ParsableArguments {
        @Argument(help: "The user's email or id.")
        var user: String

        @OptionGroup var options: GlobalOptions

        func show(_ method: String, _ more: [String: JSONValue] = [:]) async throws {
            let params = more.merging(["user": .string(user)]) { first, _ in first }
            try await Session(options).show(method, params, as: UserLine.self) { user, terminal in
                UserPage.details(user, terminal)
            }
        }
    }
}
