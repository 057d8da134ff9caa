import JSON
import Puppets
import Testing

@Suite struct PuppetDesignTests {
    @Test func `the station's hosts are the ones that the settings name`() {
        #expect(PuppetHosts.all.map(\.name) == ["Nova", "Rex"])
        #expect(PuppetHosts.named("nova") == PuppetHosts.nova && PuppetHosts.named("REX") == PuppetHosts.rex)
        #expect(PuppetHosts.named("Somebody") == nil)
    }

    @Test(arguments: HostFile.hosts) func `a shipped file is a design`(host: String) throws {
        let file = try HostFile(host)
        #expect(file.problem() == nil)
        #expect(try file.design() == PuppetHosts.named(host))
    }

    static let mistakes: [([String], JSONValue?, String)] = [
        (["name"], nil, "name: must be a text"),
        (["nose"], 1, "nose: is not known here"),
        (["palette", "skin"], "pink", "palette.skin: must be #RRGGBB or #RRGGBBAA"),
        (["palette", "skin"], nil, "the palette has no \"skin\""),
        (["joints", "jaw", "parent"], "arm", "joints jaw: parent: there is no joint \"arm\""),
        (["joints", "body", "parent"], "head", "hangs on itself"),
        (["joints", "head", "moves", "fly"], 1, "joints head: moves.fly: is not known here"),
        (["joints", "head", "tilt"], 90, "joints head: tilt: must be from -11.0 to 11.0"),
        (["joints", "body", "tilt"], -5, "tilt: is more than 11.0 with what it hangs on"),
        (["parts", "0", "joint"], "tail", "casual hair.back: joint: there is no joint \"tail\""),
        (["parts", "0", "order"], -1, "parts[0] hair.back: order: must be from 0.0 to 1000.0"),
        (["parts", "0", "depth"], "near", "parts[0] hair.back: depth: must be a number"),
        (["parts", "0", "outline"], "R 1 2 3 4", "parts[0] hair.back: outline: must begin with M"),
        (["parts", "0", "outline"], "M 1 2 Q 3 4 Z", "\"Q\" is neither a number nor M, L, C, R or Z"),
        (["parts", "0", "outline"], "M 1 2 L 3 Z", "lacks the y of its last point"),
        (["parts", "0", "outline"], "M 1 2 C 3 4 5 6 Z", "C has 2 points"),
        (["parts", "0", "outline"], "M 1 2 L 3 1e999 Z", "\"1e999\" is no number from -1000 to 2000"),
        (["parts", "0", "outline"], "M 1 2 L 3 40000 Z", "\"40000\" is no number from -1000 to 2000"),
        (["parts", "0", "fill"], "gold", "casual hair.back: fill: the palette has no \"gold\""),
        (["parts", "0", "fill"], "linear 1 2: hair, hair", "must be \"linear x0 y0 x1 y1: ...\""),
        (["parts", "0", "fill"], "hair/140", "parts[0] hair.back: fill: \"140\" is no percentage"),
        (["parts", "0", "fill"], "radial 1 2 3: hair", "must have 2 to 6 stops"),
        (["parts", "0", "glow"], true, "parts[0] hair.back: glow: is not known here"),
        (["eyes", "keys", "open", "upper"], "1 2 3 4", "eyes: keys.open.upper: must have 7 points, not 2"),
        (["eyes", "paints", "iris"], nil, "eyes: paints.iris: must be a text"),
        (["brows", "keys", "worry"], nil, "brows: keys.worry: must be a text"),
        (["mouth", "shapes", "D"], nil, "mouth: shapes.D: must be an object"),
        (["mouth", "shapes", "D", "outer"], "0 0 1 1", "mouth: shapes.D.outer: must have 12 points, not 2"),
        (["styles", "pirate"], 1, "styles: pirate: is not known here"),
        (["styles", "formal", "parts"], nil, "styles formal: parts: must be a list"),
        (["styles", "formal", "hidden"], .array([7]), "styles formal: hidden[0]: must be a text"),
    ]

    @Test(arguments: mistakes) func `each mistake is told with its part and field`(
        path: [String],
        new: JSONValue?,
        problem: String
    ) throws {
        let found = try #require(try HostFile("nova").with(path, new).problem())
        #expect(found.contains(problem), "\(found)")
    }

    @Test func `a mistake in what a style wears is told with the style`() throws {
        let path = ["styles", "formal", "parts", "0", "details"]
        let (thin, filled) = (path + ["3", "width"], path + ["2", "width"])
        let first = try HostFile("rex").with(thin, 0).problem()
        #expect(first == "styles formal parts[0] glasses: details[3].width: must be from 0.1 to 200.0")
        let second = try HostFile("rex").with(filled, 3).problem()
        #expect(second == "styles formal parts[0] glasses: details[2].width: needs a stroke")
    }

    @Test func `files that are too much are refused before they are read`() throws {
        let whole = Array(repeating: UInt8(ascii: " "), count: 262_145)
        #expect(throws: PuppetDesignError(part: "", field: "", problem: "is larger than 262144 bytes")) {
            try PuppetDesign(file: whole)
        }
        let points = "M 0 0 L" + String(repeating: " 1 1", count: 240) + " Z"
        let many = try HostFile("nova").with(["parts", "0", "outline"], .string(points)).problem()
        #expect(many?.contains("must not have more than 240 points") == true)
        let parts = JSONValue.array(Array(repeating: try HostFile("nova").value["parts"]?[0] ?? .null, count: 65))
        #expect(try HostFile("nova").with(["parts"], parts).problem() == "parts: must have 1 to 64 elements")
        #expect(throws: PuppetDesignError.self) { try PuppetDesign(file: Array("{\"name\":".utf8)) }
    }
}
