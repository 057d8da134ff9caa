import AvatarServices
import Bus
import Domain
import Testing

/// What can be ordered, and what it costs.
struct AvatarOrderTests {
    private func field(
        _ avatar: AvatarOrder.Avatar = .avatar("a"),
        voice: String? = "v",
        speech: AvatarOrder.Speech? = nil,
        background: AvatarOrder.Background = .usual,
        title: String = "News",
        callback: String? = nil
    ) throws -> String? {
        let said = try speech ?? .script(AvatarScript("Hello."))
        do throws(AvatarError) {
            _ = try AvatarOrder(
                id: orderID,
                avatar: avatar,
                voice: voice,
                speech: said,
                background: background,
                title: title,
                callback: callback
            )
            return nil
        } catch {
            #expect(error.code == .invalidOrder && error.message.hasPrefix("\(error.field ?? "?"): "))
            return error.field
        }
    }

    @Test func `the field that is wrong is named`() throws {
        let fields = [
            try field(), try field(.avatar("")), try field(.photo("a b")), try field(.avatar("ä")),
            try field(.picture("http://a.example/x.png")), try field(voice: nil), try field(voice: "a\nb"),
            try field(speech: .sound("file:///etc/passwd")), try field(speech: .sound("https://user:pw@a.example/")),
            try field(background: .color("102030")), try field(background: .color("#10203g")),
            try field(background: .picture("https://")), try field(title: " "), try field(title: "a\nb"),
            try field(title: String(repeating: "t", count: 121)), try field(title: "a\u{2028}b"),
            try field(callback: "http://a.example/"), try field(.avatar(String(repeating: "a", count: 201))),
        ]
        #expect(
            fields == [
                nil, "avatar", "avatar", "avatar", "avatar", "voice", "voice", "speech", "speech", "background",
                "background", "background", "title", "title", "title", "title", "callback", "avatar",
            ]
        )
    }

    @Test func `sound needs no voice`() throws {
        let found = try field(voice: nil, speech: .sound("https://sounds.example/a.mp3"))
        #expect(found == nil)
    }

    @Test(arguments: [
        (AvatarSize(.p720, .wide), 1280, 720), (AvatarSize(.p1080, .wide), 1920, 1080),
        (AvatarSize(.p720, .tall), 720, 1280), (AvatarSize(.p1080, .tall), 1080, 1920),
        (AvatarSize(.p720, .square), 720, 720), (AvatarSize(.p1080, .square), 1080, 1080),
    ])
    func `sizes are in pixels`(_ size: AvatarSize, _ width: Int, _ height: Int) {
        #expect(size.width == width && size.height == height)
    }

    @Test func `an order of many parts is several orders with ids of their own`() throws {
        let script = try longScript(parts: 5)
        let whole = try order(speech: .script(script), captions: true)
        #expect(whole.sceneCount == 5)
        var ids = UUIDv7Generator(seed: 1)
        let orders = whole.parted(scenesMax: 2) { ids.next(at: readAt) }
        #expect(orders.map(\.sceneCount) == [2, 2, 1])
        #expect(orders.first?.id == orderID && Set(orders.map(\.id)).count == 3)
        let texts = orders.compactMap { order in
            if case .script(let script) = order.speech { script.text } else { nil }
        }
        #expect(texts.joined() == script.text && orders.allSatisfy(\.wantsCaptions))
        #expect(whole.parted(scenesMax: 5) { orderID } == [whole])
        #expect(whole.parted(scenesMax: 0) { ids.next(at: readAt) }.count == 5)
    }

    // MARK: Prices

    private func price(_ perMinute: String, _ stepSeconds: Int) -> AvatarPrice? {
        ExactDecimal(perMinute).flatMap { AvatarPrice(perMinute: $0, stepSeconds: stepSeconds) }
    }

    private func cost(_ price: AvatarPrice?, _ seconds: String) -> String? {
        ExactDecimal(seconds).flatMap { price?.cost(seconds: $0)?.description }
    }

    @Test func `half minutes are charged where they are begun`() {
        let price = price("1", 30)
        #expect(cost(price, "0") == "0")
        #expect(cost(price, "0.001") == "0.5")
        #expect(cost(price, "30") == "0.5")
        #expect(cost(price, "30.000000000001") == "1")
        #expect(cost(price, "61") == "1.5")
        #expect(cost(self.price("3.99", 30), "90") == "5.985")
    }

    @Test func `what does not come out even is rounded up`() {
        #expect(cost(price("1", 1), "1") == "0.016667")
        #expect(cost(price("1", 1), "59.2") == "1")
        #expect(cost(price("0.000001", 1), "1") == "0.000001")
        #expect(cost(price("0", 1), "1000") == "0")
        #expect(cost(price("10000", 3600), "86400") == "14400000")
    }

    @Test func `what can be no price or no length is none`() {
        #expect(price("-1", 30) == nil && price("10001", 30) == nil && price("1", 0) == nil)
        #expect(price("1", 3601) == nil && price("0.0000000000001", 30) == nil)
        #expect(cost(price("1", 30), "-1") == nil && cost(price("1", 30), "86401") == nil)
    }

    @Test func `a longer film never costs less`() {
        var random = SplitMix64(state: 3)
        for _ in 0..<500 {
            let price = AvatarPrice(
                perMinute: ExactDecimal(significand: Int128(Int.random(in: 0...1_000_000, using: &random)), scale: 5),
                stepSeconds: Int.random(in: 1...60, using: &random)
            )
            let shorter = Int.random(in: 0...80_000_000, using: &random)
            let longer = shorter + Int.random(in: 0...100_000, using: &random)
            let costs = [shorter, longer].compactMap {
                price?.cost(seconds: ExactDecimal(significand: Int128($0), scale: 3))
            }
            #expect(costs.count == 2 && costs[0] <= costs[1])
        }
    }
}
