import Bus
import Domain
import Drawing
import Picture
import Puppets
import RenderWire

/// The live picture: what is seen now, drawn for any frame.
final class LiveStage {
    private let form: FilmForm
    private var painter: ScenePainter
    private var theme = "dark"
    private var order: LiveScene
    private var base: Scene
    private var hosts: [LiveHost] = []
    private var items = LiveItems()
    private var lastSpeaker = 0

    /// - Throws: `RenderFault` when the size cannot be drawn.
    init(_ form: FilmForm) throws(RenderFault) {
        self.form = form
        order = LiveScene(layout: SceneLayout.standby.rawValue, station: "CryptoCall FM")
        base = try LiveStage.scene(order)
        painter = try LiveStage.painter(form, theme)
    }

    /// What is to be seen from now on.
    ///
    /// - Throws: `RenderFault` that names the field; then all stays as it was.
    func show(_ order: LiveScene) throws(RenderFault) {
        guard order != self.order else { return }
        let scene = try LiveStage.scene(order)
        var hosts = self.hosts
        if order.hosts != self.order.hosts {
            hosts = []
            for (place, host) in order.hosts.enumerated() { hosts.append(try LiveHost(host, place: place)) }
        }
        let wanted = order.theme ?? "dark"
        if wanted != theme { painter = try LiveStage.painter(form, wanted) }
        (self.order, base, theme, self.hosts) = (order, scene, wanted, hosts)
    }

    /// What is on air from its first sample on.
    ///
    /// - Returns: the mood of whoever says it; `nil` where its sound need not be read.
    func play(_ item: LiveItem) -> PuppetMood? {
        guard items.play(item), item.file != nil, let speaker = speaker(of: item) else { return nil }
        // Who says it may be seen only later.
        return hosts.indices.contains(speaker) ? hosts[speaker].mood : .neutral
    }

    /// How an item is said; what is over by now is left out.
    func speak(_ line: LiveLine) { items.speak(line) }

    /// Draws the picture of a frame.
    ///
    /// - Parameters:
    ///   - frame: counts over the programme.
    ///   - now: for the clock, and to tell what is stale.
    ///   - canvas: of the form's size.
    /// - Throws: `RenderFault`.
    func draw(_ frame: Int64, at now: Timestamp, on canvas: Canvas) throws(RenderFault) {
        let sample = frame * LiveLine.samplesPerFrame
        let playing = items.playing(at: sample)
        var scene = base
        if let playing, !hosts.isEmpty { scene.captions = playing.shown(at: sample) }
        let speaking = playing.flatMap { speaker(of: $0.item) }
        if let speaking { lastSpeaker = speaking }
        if hosts.indices.contains(lastSpeaker) { scene.lowerThird = hosts[lastSpeaker].lowerThird(order.topic) }
        do {
            try painter.paint(scene, at: now, on: canvas) { slot, box, canvas in
                let place = slot == .left ? 0 : 1
                guard hosts.indices.contains(place) else { return }
                let line = place == speaking ? playing?.line : nil
                try hosts[place].draw(line, ends: playing?.item.end, at: sample, in: box, on: canvas)
            }
            try canvas.finish()
        } catch {
            throw RenderFault(.encoder, "a picture cannot be drawn: \(error)")
        }
    }

    /// Draws what is shown while nothing else can be.
    ///
    /// - Throws: `RenderFault`.
    func drawCard(on canvas: Canvas) throws(RenderFault) {
        var card = Scene(layout: .standby, stationName: ShownText(order.station), hasClock: false)
        card.notice = "Listen on: the picture will be back in a moment."
        do {
            try painter.paint(card, at: .now, on: canvas) { _, _, _ in }
            try canvas.finish()
        } catch {
            throw RenderFault(.encoder, "the card cannot be drawn: \(error)")
        }
    }

    /// His place; the first one's for a name that is none of theirs.
    private func speaker(of item: LiveItem) -> Int? {
        item.speaker.map { name in order.hosts.firstIndex { $0.name == name } ?? 0 }
    }

    private static func scene(_ live: LiveScene) throws(RenderFault) -> Scene {
        var order = RenderOrder(form: .hd720, title: "", scenes: [], folder: "/", cache: "/")
        order.station = live.station
        order.callAddress = live.callAddress
        var scene = RenderScene(layout: live.layout, hosts: live.hosts, speeches: [])
        scene.topic = live.topic ?? ""
        scene.chart = live.chart
        scene.ticker = live.ticker ?? []
        let place = FilmTimeline.Scene(frames: 0..<0, speeches: [])
        var shown = try Scene(SceneOrder(order: order, scene: scene, place: place, levels: []))
        shown.isLive = true
        shown.hasClock = true
        if live.hosts.isEmpty { shown.captions = nil }
        shown.notice = live.notice.map { ShownText($0) }
        return shown
    }

    private static func painter(_ form: FilmForm, _ theme: String) throws(RenderFault) -> ScenePainter {
        do {
            let theme = theme == "light" ? try Theme.light() : try Theme.dark()
            return try ScenePainter(width: form.width, height: form.height, theme: theme)
        } catch {
            throw RenderFault(.badOrder, "theme: \(error)")
        }
    }
}
