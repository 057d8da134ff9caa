import Bus
import Domain
import Identity

/// Who I am, where I am logged in, and which keys I have given out.
struct AccountPage: Page {
    let visit: Visit
    let person: Principal
    let sessions: Shown<[ConsoleAccounts.Session]>
    let keys: Shown<[ConsoleAccounts.Key]>

    var name: String { "Account" }
    var place: OwnPath? { "/account" }

    var body: Markup {
        h1("Account")
        p(.class("lead")) {
            strong(person.email)
            " · \(person.role.rawValue) · \(person.tier.rawValue)"
        }
        SessionList(visit: visit, current: current, sessions: sessions)
        KeyList(visit: visit, keys: keys)
        PasswordForm(visit: visit, person: person)
    }

    private var current: UUIDv7? {
        if case .session(let id) = person.proof { id } else { nil }
    }
}

/// Where somebody is logged in.
struct SessionList: View {
    let visit: Visit
    let current: UUIDv7?
    let sessions: Shown<[ConsoleAccounts.Session]>

    var body: Markup {
        section(.aria("labelledby", "sessions")) {
            h2(.id("sessions")) { "Sessions" }
            switch sessions {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let sessions):
                DataTable(
                    name: "Sessions",
                    columns: [
                        DataTable.Column("Browser or program", .prose), DataTable.Column("Address"),
                        DataTable.Column("Began"), DataTable.Column("Last used"), DataTable.Column("Actions", .actions),
                    ],
                    rows: sessions.map(row)
                )
            }
        }
    }

    private func name(of session: ConsoleAccounts.Session) -> String {
        session.userAgent.isEmpty ? "a \(session.kind) without a name" : ClientName.short(session.userAgent)
    }

    private func row(_ session: ConsoleAccounts.Session) -> DataTable.Row {
        let action: OwnPath = "/account/sessions"
        return DataTable.Row([
            Markup(text: name(of: session)),
            Markup(text: session.address),
            Moment(session.createdAt, now: visit.now).body,
            Moment(session.lastUsedAt, now: visit.now).body,
            session.id == current
                ? Markup(text: "This one")
                : ActionButton(
                    visit: visit,
                    action: action.appending(session.id.description).appending("end"),
                    text: "End",
                    about:
                        "the session of \(session.address), begun \(Figures.clock(session.createdAt, now: visit.now))"
                ).body,
        ])
    }
}

/// The keys of somebody, and the form for another one.
struct KeyList: View {
    let visit: Visit
    let keys: Shown<[ConsoleAccounts.Key]>

    static let lifetimes = [30, 90, 365]

    var body: Markup {
        section(.aria("labelledby", "keys")) {
            h2(.id("keys")) { "API keys" }
            switch keys {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let keys):
                if keys.isEmpty {
                    p(.class("empty")) { "No keys. A key lets a program act for you: make one for each program." }
                } else {
                    DataTable(
                        name: "API keys",
                        columns: [
                            DataTable.Column("Name", .prose), DataTable.Column("Begins with"), DataTable.Column("May"),
                            DataTable.Column("Made"), DataTable.Column("Last used"), DataTable.Column("Ends"),
                            DataTable.Column("Actions", .actions),
                        ],
                        rows: keys.map(row)
                    )
                }
            }
            h3("Make a key")
            newKey
        }
    }

    private func row(_ key: ConsoleAccounts.Key) -> DataTable.Row {
        let action: OwnPath = "/account/keys"
        return DataTable.Row([
            Markup(text: key.name),
            Tag("code")(key.prefix),
            Markup(text: Scope.allCases.filter(key.scopes.contains).map(\.rawValue).joined(separator: ", ")),
            Moment(key.createdAt, now: visit.now).body,
            key.lastUsedAt.map { Moment($0, now: visit.now).body } ?? Markup(text: "never"),
            key.expiresAt.map { Moment($0, now: visit.now).body } ?? Markup(text: "never"),
            ActionButton(
                visit: visit,
                action: action.appending(key.id.description).appending("revoke"),
                text: "Revoke",
                about: "the key \(key.name)",
                isDangerous: true
            ).body,
        ])
    }

    private var newKey: Markup {
        form(Attribute(.method, "post"), .action("/account/keys")) {
            TokenField(token: visit.formToken)
            label {
                "Name, such as the program that uses it"
                input(.name("name"), .type("text"), Attribute(.maxlength, "100"), .flag(.required))
            }
            fieldset {
                legend("It may")
                choice(.read, "read")
                choice(.write, "change things")
                choice(.control, "use the control methods")
            }
            label {
                "It ends after"
                select(.name("days")) {
                    for days in KeyList.lifetimes {
                        option([.value("\(days)")] + (days == 90 ? [.flag(.selected)] : [])) { "\(days) days" }
                    }
                    option(.value("")) { "never" }
                }
            }
            button(.type("submit")) { "Make the key" }
        }
    }

    private func choice(_ scope: Scope, _ text: String) -> Markup {
        label(.class("choice")) {
            input(
                [.type("checkbox"), .name("scope_\(scope.rawValue)"), .value("yes")]
                    + (scope == .read ? [.flag(.checked)] : [])
            )
            text
        }
    }
}

/// Another password, for those who came with one.
struct PasswordForm: View {
    let visit: Visit
    let person: Principal

    var body: Markup {
        section(.aria("labelledby", "password")) {
            h2(.id("password")) { "Password" }
            p { "Changing it ends your other sessions." }
            form(Attribute(.method, "post"), .action("/account/password")) {
                TokenField(token: visit.formToken)
                // For password managers; it has no name, so it is not sent.
                input(
                    .type("hidden"),
                    .value(person.email),
                    Attribute(.autocomplete, "username")
                )
                label {
                    "Current password"
                    input(
                        .type("password"),
                        .name("current"),
                        Attribute(.autocomplete, "current-password"),
                        Attribute(.maxlength, "254"),
                        .flag(.required)
                    )
                }
                label {
                    "New password, at least 10 characters"
                    input(
                        .type("password"),
                        .name("new"),
                        Attribute(.autocomplete, "new-password"),
                        Attribute(.minlength, "10"),
                        Attribute(.maxlength, "200"),
                        .flag(.required)
                    )
                }
                button(.type("submit")) { "Change the password" }
            }
        }
    }
}

/// A key, shown once.
struct NewKeyPage: Page {
    let key: String
    let keyName: String

    var name: String { "New key" }
    var place: OwnPath? { "/account" }

    var body: Markup {
        h1("New key: \(keyName)")
        p(.class("warning")) { "Copy it now: it is shown this once, and nobody can look it up later." }
        p { code(.class("secret"), .id("key"), Attribute(.tabindex, "0"), .aria("label", "The key")) { key } }
        p {
            button(.class("main"), .type("button"), .data("copy", "key"), .flag(.hidden)) { "Copy the key" }
            " "
            span(.id("key-copied"), .role("status")) { "" }
        }
        p { a(.href("/account")) { "Back to your account" } }
    }
}
