/// The characters that HTML has names for (HTML 4.01, section 24, and the punctuation of HTML 5).
enum HTMLEntity {
    /// No name and no number of a character is longer.
    static let bytesMax = 32

    /// - Parameter name: what stands between `&` and `;`.
    /// - Returns: `nil` when it is no name and no number.
    static func scalar(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return named[name] }
        let digits = name.dropFirst()
        guard let first = digits.utf8.first else { return nil }
        let isHexadecimal = first | 0x20 == UInt8(ascii: "x")
        let number = isHexadecimal ? digits.dropFirst() : digits
        guard !number.isEmpty, number.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else {
            return nil
        }
        guard let value = UInt32(number, radix: isHexadecimal ? 16 : 10) else { return nil }
        // Many programs write the bytes of windows-1252 as numbers; HTML says that they mean that.
        if let byte = UInt8(exactly: value), let scalar = Windows1252.scalar(byte), value > 0 { return scalar }
        return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static let named: [String: Unicode.Scalar] = {
        var table: [String: Unicode.Scalar] = [:]
        for (offset, name) in latin1.split(whereSeparator: \.isWhitespace).enumerated() {
            table[String(name)] = Unicode.Scalar(UInt8(0xA0 + offset))
        }
        for line in runs {
            for (offset, name) in line.names.split(whereSeparator: \.isWhitespace).enumerated() {
                table[String(name)] = Unicode.Scalar(line.first + UInt32(offset))
            }
        }
        for (name, value) in single { table[name] = Unicode.Scalar(value) }
        return table
    }()

    /// U+00A0 to U+00FF.
    private static let latin1 = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr
        deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest
        Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml
        ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig
        agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml
        eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
        """

    /// Names of characters that follow each other.
    private static let runs: [(first: UInt32, names: String)] = [
        (913, "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho"),
        (931, "Sigma Tau Upsilon Phi Chi Psi Omega"),
        (945, "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"),
        (962, "sigmaf sigma tau upsilon phi chi psi omega"), (8194, "ensp emsp"), (8204, "zwnj zwj lrm rlm"),
        (8211, "ndash mdash horbar"), (8216, "lsquo rsquo sbquo"), (8220, "ldquo rdquo bdquo"),
        (8224, "dagger Dagger bull"), (8242, "prime Prime"), (8249, "lsaquo rsaquo"),
        (8592, "larr uarr rarr darr harr"), (8656, "lArr uArr rArr dArr hArr"), (8743, "and or cap cup int"),
        (8804, "le ge"), (8834, "sub sup"), (8838, "sube supe"), (8968, "lceil rceil lfloor rfloor"),
    ]

    private static let single: [(String, UInt32)] = [
        ("quot", 34), ("amp", 38), ("lt", 60), ("gt", 62), ("apos", 39), ("QUOT", 34), ("AMP", 38), ("LT", 60),
        ("GT", 62), ("COPY", 169), ("REG", 174), ("Tab", 9), ("NewLine", 10), ("excl", 33), ("num", 35),
        ("dollar", 36), ("percnt", 37), ("lpar", 40), ("rpar", 41), ("ast", 42), ("plus", 43), ("comma", 44),
        ("period", 46), ("sol", 47), ("colon", 58), ("semi", 59), ("equals", 61), ("quest", 63), ("commat", 64),
        ("lsqb", 91), ("lbrack", 91), ("bsol", 92), ("rsqb", 93), ("rbrack", 93), ("lowbar", 95), ("grave", 96),
        ("lcub", 123), ("verbar", 124), ("vert", 124), ("rcub", 125), ("OElig", 338), ("oelig", 339),
        ("Scaron", 352), ("scaron", 353), ("Yuml", 376), ("fnof", 402), ("circ", 710), ("tilde", 732),
        ("thetasym", 977), ("upsih", 978), ("piv", 982), ("thinsp", 8201), ("hairsp", 8202), ("hyphen", 8208),
        ("hellip", 8230), ("permil", 8240), ("oline", 8254), ("frasl", 8260), ("euro", 8364), ("image", 8465),
        ("weierp", 8472), ("real", 8476), ("trade", 8482), ("TRADE", 8482), ("alefsym", 8501), ("crarr", 8629),
        ("forall", 8704), ("part", 8706), ("exist", 8707), ("empty", 8709), ("nabla", 8711), ("isin", 8712),
        ("notin", 8713), ("ni", 8715), ("prod", 8719), ("sum", 8721), ("minus", 8722), ("lowast", 8727),
        ("radic", 8730), ("prop", 8733), ("infin", 8734), ("ang", 8736), ("there4", 8756), ("sim", 8764),
        ("cong", 8773), ("asymp", 8776), ("ne", 8800), ("equiv", 8801), ("nsub", 8836), ("oplus", 8853),
        ("otimes", 8855), ("perp", 8869), ("sdot", 8901), ("lang", 9001), ("rang", 9002), ("loz", 9674),
        ("starf", 9733), ("star", 9734), ("spades", 9824), ("clubs", 9827), ("hearts", 9829), ("diams", 9830),
        ("check", 10003),
    ]
}
