/// Puts pieces of a page together; texts among them are escaped.
@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ text: String) -> Markup { Markup(text: text) }
    static func buildExpression(_ markup: Markup) -> Markup { markup }
    static func buildExpression(_ view: some View) -> Markup { view.body }
    static func buildExpression(_ view: (any View)?) -> Markup { view?.body ?? .empty }

    static func buildBlock(_ parts: Markup...) -> Markup { joined(parts) }
    static func buildArray(_ parts: [Markup]) -> Markup { joined(parts) }
    static func buildOptional(_ part: Markup?) -> Markup { part ?? .empty }
    static func buildEither(first part: Markup) -> Markup { part }
    static func buildEither(second part: Markup) -> Markup { part }

    private static func joined(_ parts: [Markup]) -> Markup {
        parts.reduce(into: .empty) { $0 += $1 }
    }
}

/// A part of a page, made of what it is given.
protocol View: Sendable {
    @MarkupBuilder var body: Markup { get }
}

/// A tag; called, it becomes an element.
struct Tag: Sendable {
    let name: StaticString

    init(_ name: StaticString) { self.name = name }

    func callAsFunction(_ attributes: Attribute..., @MarkupBuilder content: () -> Markup) -> Markup {
        Markup(element: name, attributes, content())
    }

    func callAsFunction(_ attributes: [Attribute], @MarkupBuilder content: () -> Markup) -> Markup {
        Markup(element: name, attributes, content())
    }

    func callAsFunction(_ text: String) -> Markup { Markup(element: name, [], Markup(text: text)) }
}

/// A tag without content and end.
struct VoidTag: Sendable {
    let name: StaticString

    init(_ name: StaticString) { self.name = name }

    func callAsFunction(_ attributes: Attribute...) -> Markup { Markup(element: name, attributes, nil) }
    func callAsFunction(_ attributes: [Attribute]) -> Markup { Markup(element: name, attributes, nil) }
}

/// The tags that pages are made of.
extension View {
    var html: Tag { Tag("html") }
    var head: Tag { Tag("head") }
    var title: Tag { Tag("title") }
    var script: Tag { Tag("script") }
    var document: Tag { Tag("body") }
    var header: Tag { Tag("header") }
    var nav: Tag { Tag("nav") }
    var main: Tag { Tag("main") }
    var footer: Tag { Tag("footer") }
    var section: Tag { Tag("section") }
    var div: Tag { Tag("div") }
    var h1: Tag { Tag("h1") }
    var h2: Tag { Tag("h2") }
    var h3: Tag { Tag("h3") }
    var p: Tag { Tag("p") }
    var a: Tag { Tag("a") }
    var span: Tag { Tag("span") }
    var strong: Tag { Tag("strong") }
    var small: Tag { Tag("small") }
    var code: Tag { Tag("code") }
    var pre: Tag { Tag("pre") }
    var time: Tag { Tag("time") }
    var ul: Tag { Tag("ul") }
    var ol: Tag { Tag("ol") }
    var li: Tag { Tag("li") }
    var dl: Tag { Tag("dl") }
    var dt: Tag { Tag("dt") }
    var dd: Tag { Tag("dd") }
    var blockquote: Tag { Tag("blockquote") }
    var details: Tag { Tag("details") }
    var summary: Tag { Tag("summary") }
    var table: Tag { Tag("table") }
    var thead: Tag { Tag("thead") }
    var tbody: Tag { Tag("tbody") }
    var tr: Tag { Tag("tr") }
    var th: Tag { Tag("th") }
    var td: Tag { Tag("td") }
    var form: Tag { Tag("form") }
    var label: Tag { Tag("label") }
    var button: Tag { Tag("button") }
    var select: Tag { Tag("select") }
    var option: Tag { Tag("option") }
    var fieldset: Tag { Tag("fieldset") }
    var legend: Tag { Tag("legend") }
    var output: Tag { Tag("output") }
    var meta: VoidTag { VoidTag("meta") }
    var link: VoidTag { VoidTag("link") }
    var input: VoidTag { VoidTag("input") }
}
