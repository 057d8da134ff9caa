import JSON
import Testing

/// Places say the same as the tree of values does.
struct JSONPlacesTests {
    private static let texts = [
        "{}", "[]", " { } ", "[1]", #"{"a":1,"b":"x","c":null,"d":true,"e":false}"#,
        #"{"a":{"b":[1,{"c":"]}"}]},"z":-5}"#, #"["a",["b",["c"]],{"d":[]}]"#, #"{"a":"\u0041\n\"","b":"é"}"#,
        #"{"a":123456789012345678,"b":1234567890123456789,"c":12345678901234567890,"d":1.5,"e":-0,"f":1e3}"#,
        "", "{", "[1,", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "[01]", "[1.]", "[tru]", #"["a]"#, #"["\x"]"#, "1", "null",
        "[1] 2", #"{"a":1,"a":2}"#, "[1 2]", #"{a:1}"#, "[\u{1}]", "[-]", "[1e]", #"{"a":1"b":2}"#,
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    ]

    @Test(arguments: texts) func `what is JSON for one is JSON for the other`(text: String) {
        let tree = try? JSONValue(parsing: text.utf8, depthMax: 64)
        let places = try? JSONPlaces(parsing: Array(text.utf8))
        // A bare value has no places in it.
        let isContainer = tree?.object != nil || tree?.array != nil
        #expect((places != nil) == isContainer)
        guard let tree, let places else { return }
        #expect(places.isList == (tree.array != nil))
        #expect(places.places.count == tree.array?.count ?? tree.object?.count)
        for (index, place) in places.places.enumerated() where places.isList {
            expect(places, place, is: tree[index])
        }
        for name in ["a", "b", "c", "d", "e", "f", "z"] as [StaticString] where !places.isList {
            let value = tree["\(name)"]
            #expect((places[name] != nil) == (value != nil))
            if let place = places[name] { expect(places, place, is: value) }
        }
    }

    private func expect(_ places: JSONPlaces, _ place: JSONPlaces.Place, is value: JSONValue?) {
        #expect(places.text(place) == value?.string)
        // A number with a fraction or an exponent is none that counts something.
        let whole: Int64? = if case .int(let number) = value { number } else { nil }
        #expect(places.int(place) == whole)
        #expect((place.kind == .yes) == (value?.bool == true) && (place.kind == .no) == (value?.bool == false))
        let inside = places.inside(place)
        #expect(inside?.places.count == value?.array?.count ?? value?.object?.count)
        guard let inside, inside.isList else { return }
        for (index, inner) in inside.places.enumerated() { expect(inside, inner, is: value?[index]) }
    }

    @Test func `what is no UTF-8 is no JSON`() {
        #expect(throws: JSONSyntaxError.self) { try JSONPlaces(parsing: [0x5B, 0x22, 0xFF, 0x22, 0x5D]) }
    }
}
