import Domain
import Foundation
import Glibc
import RenderWire

/// Scenes that are coded already, by what they were made of: what stays the same is not drawn again.
struct SceneStore: Sendable {
    private let folder: String
    private let sizeBytesMax: Int

    /// Changes with everything that changes a picture of the same order.
    private static let drawing = "1"

    /// - Throws: `RenderFault` with `.files`.
    init(_ folder: String, sizeBytesMax: Int) throws(RenderFault) {
        self.folder = folder
        self.sizeBytesMax = sizeBytesMax
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RenderFault(.files, "cache: the folder cannot be made")
        }
    }

    /// What a scene is made of, in a word.
    ///
    /// - Throws: `RenderFault` with `.badInput` for sound that cannot be read.
    func key(of order: SceneOrder) throws(RenderFault) -> String {
        var scene = order.scene
        var hash = SHA256()
        for index in scene.speeches.indices {
            hash.update(try FileDigest.bytes(of: scene.speeches[index].file))
            scene.speeches[index].file = ""
        }
        let all = order.order
        let rest = KeyedScene(
            drawing: SceneStore.drawing,
            form: all.form,
            station: all.station,
            callAddress: all.callAddress,
            theme: all.theme,
            seed: all.seed,
            producedAt: all.producedAt,
            scene: scene,
            frames: order.place.frames.count
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let bytes = try? encoder.encode(rest) else {
            throw RenderFault(.badOrder, "scenes: cannot be written down")
        }
        hash.update(Array(bytes))
        return hash.hexadecimal()
    }

    private struct KeyedScene: Encodable {
        let drawing: String
        let form: FilmForm
        let station: String
        let callAddress: String?
        let theme: String
        let seed: UInt64
        let producedAt: Int64
        let scene: RenderScene
        let frames: Int
    }

    func path(_ key: String) -> String { "\(folder)/\(key).mp4" }

    /// One of its frames, which stands for it.
    func still(_ key: String) -> String { "\(folder)/\(key).png" }

    /// Where a scene is written until it is whole.
    func draft(_ key: String) -> String { "\(folder)/\(key).\(getpid()).part" }

    /// Whether it is there; then it was just used.
    func has(_ key: String) -> Bool { access(still(key), R_OK) == 0 && utimes(path(key), nil) == 0 }

    /// What was drafted is whole from now on.
    ///
    /// - Parameters:
    ///   - key: of the scene.
    ///   - picture: of its still, as PNG.
    /// - Throws: `RenderFault` with `.files`.
    func keep(_ key: String, still picture: [UInt8]) throws(RenderFault) {
        let part = "\(still(key)).\(getpid()).part"
        try DurableFile.write(picture, to: part)
        try DurableFile.publish(part, as: still(key))
        try DurableFile.publish(draft(key), as: path(key))
    }

    /// Lets go of what was not used for longest, and of what others have left undone; never of what is used now.
    func thin(keeping keys: Set<String>) {
        struct Kept {
            let path: String
            let size: Int
            let usedAt: Int
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var files: [Kept] = []
        for name in names {
            var facts = stat()
            let path = "\(folder)/\(name)"
            guard stat(path, &facts) == 0 else { continue }
            if name.hasSuffix(".part"), facts.st_mtim.tv_sec < time(nil) - 86_400 {
                unlink(path)
            } else if name.hasSuffix(".mp4"), !keys.contains(String(name.dropLast(4))) {
                files.append(Kept(path: path, size: Int(facts.st_size), usedAt: facts.st_mtim.tv_sec))
            }
        }
        var size = files.reduce(0) { $0 + $1.size }
        for file in files.sorted(by: { $0.usedAt < $1.usedAt }) where size > sizeBytesMax {
            unlink(file.path)
            unlink("\(file.path.dropLast(4)).png")
            size -= file.size
        }
    }
}
