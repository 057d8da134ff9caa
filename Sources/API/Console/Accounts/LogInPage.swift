/// Where somebody says who they are.
struct LogInPage: Page {
    /// Where to go afterwards.
    let next: OwnPath?
    let email: String
    /// Why it has not worked.
    let failure: ConsoleAccounts.LogInFailure?
    /// Who is logged in already.
    let person: String?

    init(next: OwnPath?, email: String = "", failure: ConsoleAccounts.LogInFailure? = nil, person: String? = nil) {
        self.next = next
        self.email = email
        self.failure = failure
        self.person = person
    }

    var name: String { "Log in" }
    var place: OwnPath? { "/login" }
    var scripts: [StaticString] { ["login.js"] }

    var body: Markup {
        h1("Log in")
        if let person {
            p { "You are logged in as \(person). Logging in again makes a new session." }
        } else if let next {
            p {
                "To see "
                code(next.text)
                " you have to be known."
            }
        }
        if let failure { p(.class("error"), .role("alert"), .id("failure")) { failure.text } }
        form(.class("login"), Attribute(.method, "post"), .action("/login")) {
            if let next { input(.type("hidden"), .name("next"), .value(next.text)) }
            label {
                "Email"
                input(field("email", .type("email"), "username") + [.value(email)] + (email.isEmpty ? focus : []))
            }
            label {
                "Password"
                input(field("password", .type("password"), "current-password") + (email.isEmpty ? [] : focus))
            }
            button(.class("main"), .type("submit")) { "Log in" }
        }
        p(.class("note")) {
            "No account, or a forgotten password? Whoever runs the station can help: "
            code("cryptocallctl user")
            "."
        }
    }

    private func field(_ name: String, _ type: Attribute, _ autocomplete: String) -> [Attribute] {
        let wrong = failure == .wrong ? [Attribute.aria("describedby", "failure")] : []
        return [
            type, .name(name), Attribute(.autocomplete, autocomplete), Attribute(.maxlength, "254"), .flag(.required),
        ]
            + wrong
    }

    private var focus: [Attribute] { [.flag(.autofocus)] }
}

extension ConsoleAccounts.LogInFailure {
    /// What the one who tries is told.
    var text: String {
        switch self {
        case .wrong: "The email or the password is wrong. After five wrong passwords an account is locked for a while."
        case .locked(let seconds):
            "Too many wrong passwords: this account is locked. Try again in \(Figures.span(seconds: Int64(seconds)))."
        case .tooOften(let seconds):
            "This account has been tried too often. Try again in \(Figures.span(seconds: Int64(seconds)))."
        case .disabled: "This account has been disabled. Ask whoever runs the station."
        case .busy: "Too many people log in at this moment. Try again in a few seconds."
        case .unavailable: "Accounts cannot be read at the moment, so nobody can log in. Try again in a while."
        }
    }

    /// The status of the answer.
    var code: APIError.Code {
        switch self {
        case .wrong: .unauthorized
        case .disabled: .forbidden
        case .locked, .tooOften, .busy: .tooManyRequests
        case .unavailable: .unavailable
        }
    }

    /// When it makes sense to try again, where that is known.
    var retryAfterSeconds: Int? {
        switch self {
        case .locked(let seconds), .tooOften(let seconds): seconds
        case .wrong, .disabled, .busy, .unavailable: nil
        }
    }
}

extension APIError {
    /// Why nobody has been logged in, for a program.
    init(_ failure: ConsoleAccounts.LogInFailure) {
        self.init(failure.code, failure.text)
        retryAfterSeconds = failure.retryAfterSeconds
    }
}
