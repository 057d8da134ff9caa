/// A form of one button.
struct ActionButton: View {
    let visit: Visit
    let action: OwnPath
    let text: String
    /// What it is done to, for those who hear the button alone.
    let about: String
    var isDangerous = false
    /// Fields that go with it.
    var fields: [(name: String, value: String)] = []

    var body: Markup {
        form(.class("actions"), Attribute(.method, "post"), .action(action)) {
            TokenField(token: visit.formToken)
            for field in fields { input(.type("hidden"), .name(field.name), .value(field.value)) }
            button(
                [.type("submit"), .aria("label", "\(text) \(about)")] + (isDangerous ? [.class("danger")] : [])
            ) { text }
        }
    }
}
