import Bus
import WalletOracle

/// The whole sheet of a report.
struct ReportView: View {
    let sheet: ReportSheet
    let now: Timestamp

    private var report: WalletReport { sheet.report }

    var body: Markup {
        verdict
        ReportFigures(metrics: report.metrics)
        ReportSources(sources: report.sources, now: now)
        about
        ReportProof(sheet: sheet)
    }

    // MARK: The verdict

    private var verdict: Markup {
        section(.id("verdict"), .aria("labelledby", "verdict-name")) {
            h2(.id("verdict-name")) { "What the oracle says" }
            p { code(report.wallet) }
            p(.class("lead")) {
                Condition("tier \(report.tier.rawValue)", report.tier.tone)
                " "
                strong(report.rule.words)
            }
            if sheet.isStale { p(.class("warning")) { sheet.staleness } }
            if report.rule == .noData {
                p(.class("warning")) {
                    "Nothing is known of this wallet, which is not the same as nothing being there."
                }
            }
            ul(.class("bars")) {
                bar(
                    "Tier",
                    "\(report.tier.rawValue) of 5: \(report.tier.words)",
                    Double(report.tier.rawValue) / 5,
                    .plain
                )
                bar("Risk", report.riskWords, report.riskShare, .bad)
            }
            flags
        }
    }

    private func bar(_ name: String, _ text: String, _ share: Double?, _ tone: ShareBar.Tone) -> Markup {
        li {
            span(.class("name")) { name }
            span(.class("figure")) { text }
            // An empty bar would look like none at all.
            if let share { ShareBar(share: share, tone: tone) }
        }
    }

    @MarkupBuilder private var flags: Markup {
        h3("Flags")
        if report.flags.isEmpty {
            p(.class("empty")) { "None is raised. What is not known raises none." }
        } else {
            ul {
                for flag in report.flags {
                    li {
                        Condition(flag.rawValue, .bad)
                        " "
                        flag.words
                    }
                }
            }
        }
    }

    // MARK: The report itself

    private var about: Markup {
        section(.aria("labelledby", "about")) {
            h2(.id("about")) { "About this report" }
            dl(.class("facts")) {
                dt("Made")
                dd { Moment(report.madeAt, now: now) }
                dt("Holds until")
                dd {
                    Moment(report.staleAfter, now: now)
                    if sheet.isStale {
                        " "
                        Condition("stale", .poor)
                    }
                }
                dt("Looks back")
                dd { "from \(Figures.clock(report.from, now: now)) to \(Figures.clock(report.to, now: now))" }
                dt("Comes from")
                dd(sheet.origin)
                dt("By the rules")
                dd(report.policy)
                dt("Chain")
                dd(report.chain)
            }
        }
    }
}
