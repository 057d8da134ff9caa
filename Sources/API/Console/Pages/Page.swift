import Bus
import Domain

/// One page: its title, and what stands in the middle of it.
protocol Page: View {
    var name: String { get }
    /// Where it belongs in the navigation; `nil` for pages that are not in it.
    var place: OwnPath? { get }
    /// Scripts that this page has beside those of every page.
    var scripts: [StaticString] { get }
}

extension Page {
    var scripts: [StaticString] { [] }

    /// The whole document.
    func framed(_ visit: Visit) -> Markup {
        PageFrame(name: name, place: place, scripts: scripts, content: body, visit: visit).body
    }
}

/// What stands around every page.
struct PageFrame: View {
    let name: String
    let place: OwnPath?
    let scripts: [StaticString]
    let content: Markup
    let visit: Visit

    var body: Markup {
        Markup(ours: "<!doctype html>\n")
        html(Attribute(.lang, "en")) {
            top
            document(.data("now", visit.now.description)) {
                a(.class("skip"), .href(fragment: "content")) { "Skip to the content" }
                masthead
                main(.id("content"), Attribute(.tabindex, "-1")) { content }
                foot
            }
        }
    }

    private var top: Markup {
        head {
            meta(Attribute(.charset, "utf-8"))
            meta(.name("viewport"), Attribute(.content, "width=device-width, initial-scale=1"))
            meta(.name("color-scheme"), Attribute(.content, "light dark"))
            title { "\(name) · \(visit.station.name)" }
            link(Attribute(.rel, "stylesheet"), .href(visit.files.path("console.css")))
            link(Attribute(.rel, "icon"), .type("image/svg+xml"), .href(visit.files.path("icon.svg")))
            for file in ["console.js"] + scripts {
                script(.type("module"), .src(visit.files.path(file))) { "" }
            }
        }
    }

    private var masthead: Markup {
        header(.class("masthead")) {
            a(.class("brand"), .href("/")) { visit.station.name }
            nav(.aria("label", "Pages")) {
                ul {
                    entry("/", "On air")
                    if visit.canListen { entry(ListenPage.path, "Listen") }
                    if visit.hasMarket {
                        entry("/markets", "Markets")
                        if visit.person != nil { entry("/providers", "Providers") }
                    }
                    entry("/news", "News")
                    if visit.hasGovernance {
                        entry(ProposalsPage.path, "Proposals")
                        entry(TreasuryPage.path, "Treasury")
                        if visit.person != nil { entry(WalletsPage.path, "Wallets") }
                    }
                    if visit.hasOracle, visit.person != nil {
                        entry(visit.has(.operator) ? OraclePage.path : OracleWalletPage.path, "Oracle")
                    }
                    if visit.hasFilms, visit.person != nil { entry(FilmsPage.path, "Films") }
                    if visit.has(.operator) { entry("/operations", "Operations") }
                    if visit.has(.admin) {
                        entry("/operations/audit", "Audit")
                        entry("/operations/logs", "Logs")
                    }
                    if visit.person != nil {
                        entry("/account", "Account")
                    } else if visit.canLogIn {
                        entry("/login", "Log in")
                    }
                }
            }
            LogOutForm(visit: visit)
        }
    }

    private func entry(_ path: OwnPath, _ text: String) -> Markup {
        let current = path == place ? [Attribute.aria("current", "page")] : []
        return li { a([.href(path)] + current) { text } }
    }

    private var foot: Markup {
        footer {
            p {
                "\(visit.station.name) \(visit.station.version). All times in UTC. Programs read "
                a(.href("/openapi.json")) { "the interface's description" }
                "."
            }
        }
    }
}

/// Ends the session, for those who have one.
struct LogOutForm: View {
    let visit: Visit

    var body: Markup {
        if let token = visit.formToken {
            form(.class("logout"), Attribute(.method, "post"), .action("/logout")) {
                TokenField(token: token)
                button(.class("plain"), .type("submit")) { "Log out" }
            }
        }
    }
}

/// The field that proves that a form is ours.
struct TokenField: View {
    let token: FormToken?

    var body: Markup {
        if let token { input(.type("hidden"), .name(FormToken.field), .value(token.text)) }
    }
}
