/// What is known of the elements of HTML.
enum HTMLNames {
    /// All that a text may speak in.
    static let known = Set(
        """
        a abbr acronym address article aside audio b big blockquote body br button canvas center cite code col
        colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6
        head header hr html i iframe img input ins kbd label legend li link main mark meta nav noscript object ol
        option p param picture pre q s samp script section select small source span strike strong style sub summary
        sup svg table tbody td textarea tfoot th thead time title tr tt u ul var video wbr
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )

    /// Those that stand inside a word without ending it.
    static let inline: Set<String> = [
        "a", "abbr", "acronym", "b", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
        "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    ]

    /// Those whose text nobody is to read.
    static let unread: Set<String> = ["script", "style"]
}
