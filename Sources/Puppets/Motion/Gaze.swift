import Drawing

/// Where eyes look: at the camera mostly, aside while thinking, never quite still.
struct Gaze: Hashable, Sendable {
    let noise: SeededNoise

    private enum Channel {
        static let time: UInt64 = 11
        static let choice: UInt64 = 12
        static let x: UInt64 = 13
        static let y: UInt64 = 14
    }

    private static let slotSeconds = 1.3
    /// Eyes jump: they take no longer than this.
    private static let jumpSeconds = 0.06

    func target(at seconds: Double, _ state: PuppetState) -> Point {
        let slot = (seconds / Gaze.slotSeconds).rounded(.down)
        guard let index = Int64(exactly: slot) else { return .zero }
        // A slot's look begins somewhere within it, and lasts into the next one.
        let begin = (slot + 0.6 * noise.value(Channel.time, index)) * Gaze.slotSeconds
        let share = Curve.smooth((seconds - begin) / Gaze.jumpSeconds)
        return look(index - 1, state).mixed(with: look(index, state), share)
    }

    private func look(_ index: Int64, _ state: PuppetState) -> Point {
        let choice = noise.value(Channel.choice, index)
        let (x, y) = (2 * noise.value(Channel.x, index) - 1, 2 * noise.value(Channel.y, index) - 1)
        let camera = Point(x * 0.07, y * 0.05)
        switch state {
        case .speaking: return choice < 0.82 ? camera : Point(x * 0.45, 0.08 + y * 0.2)
        case .listening: return choice < 0.88 ? camera : Point(x * 0.35, y * 0.2)
        // What the state itself adds is up and to the side.
        case .thinking: return choice < 0.2 ? Point(-0.5 + camera.x, 0.55 + camera.y) : Point(x * 0.3, y * 0.25)
        }
    }
}
