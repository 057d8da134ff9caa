/// What can be changed without a restart.
struct SettingsForms: View {
    let visit: Visit

    private static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    var body: Markup {
        section(.aria("labelledby", "settings")) {
            h2(.id("settings")) { "Settings" }
            h3("Read the configuration again")
            p { "Mistakes are listed, and then the old settings stay in force." }
            form(Attribute(.method, "post"), .action(OperatorAction.path("reload"))) {
                TokenField(token: visit.formToken)
                button(.type("submit")) { "Reload" }
            }
            h3("Log level")
            form(.class("row"), Attribute(.method, "post"), .action(OperatorAction.path("log-level"))) {
                TokenField(token: visit.formToken)
                label {
                    "Level, until the next restart"
                    select(.name("level")) {
                        for level in SettingsForms.levels {
                            option([.value(level)] + (level == "info" ? [.flag(.selected)] : [])) { level }
                        }
                    }
                }
                label {
                    "Logger, or nothing for all"
                    input(.name("label"), .type("text"), Attribute(.maxlength, "128"))
                }
                button(.type("submit")) { "Set the level" }
            }
        }
    }
}
