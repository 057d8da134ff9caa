package import Bus
import Glibc
import JSON
package import PlayoutLink

// What the daemon asks for. Each answers at once; whoever sends the answer waits until the changes are in the journal.
extension Director {
    package mutating func put(_ request: QueuePut, at now: Timestamp) throws(LinkError) -> QueuePut.Answer {
        let item = request.item
        let known = state.order.state(of: item.id)
        if known == nil {
            try item.check()
            let place = try place(request)
            try state.order.check(item, at: place)
            keep(.put(item, at: place))
            reconcile(at: now)
        }
        return QueuePut.Answer(
            id: item.id,
            state: known ?? .queued,
            isNew: known == nil,
            waiting: state.order.waiting.count
        )
    }

    private func place(_ request: QueuePut) throws(LinkError) -> RunningOrder.Place {
        guard let after = request.after else { return request.position == .next ? .next : .end }
        guard request.position == nil else { throw .badField("after", "is given together with position") }
        return .after(id: after)
    }

    package mutating func remove(_ request: QueueRemove, at now: Timestamp) throws(LinkError) -> RemovedItems {
        guard let known = state.order.state(of: request.id) else {
            throw LinkError(.notFound, "id: \(shown(request.id)) is not known")
        }
        // Asked again, it is still gone.
        if known == .removed { return RemovedItems(removed: [request.id]) }
        guard known == .queued else {
            throw LinkError(.notPossible, "id: \(shown(request.id)) is \(known.name); skip ends what plays")
        }
        remove([request.id], at: now)
        return RemovedItems(removed: [request.id])
    }

    package mutating func clear(_ request: QueueClear, at now: Timestamp) -> RemovedItems {
        let ids = state.order.waiting.filter { item in
            (request.segment.map { item.segment == $0 } ?? true) && (request.kind.map { item.kind == $0 } ?? true)
        }.map(\.id)
        remove(ids, at: now)
        return RemovedItems(removed: ids)
    }

    private mutating func remove(_ ids: [String], at now: Timestamp) {
        for id in ids { over(id, .removed, frame: 0) }
        reconcile(at: now)
    }

    package mutating func skip(_ request: Skip, at now: Timestamp) throws(LinkError) -> Skip.Answer {
        guard let playing = state.order.playing?.item.id else { throw LinkError(.notPossible, "nothing plays") }
        if let id = request.id, id != playing {
            throw LinkError(.notPossible, "id: \(shown(id)) does not play, \(playing) does")
        }
        if let voice = prepared.first(where: { $0.id == playing && $0.phase == .playing }) {
            act(.mixer(.skip(serial: voice.serial)))
        } else {
            // It is still being loaded, to go on after a restart.
            over(playing, .skipped, frame: state.order.playing?.frame ?? 0)
            reconcile(at: now)
        }
        return Skip.Answer(id: playing)
    }

    package mutating func mute(_ isOn: Bool) {
        guard state.isMuted != isOn else { return }
        keep(.muted(isOn))
        act(.mixer(.mute(isOn)))
    }

    package mutating func setDelay(_ request: DelaySet) {
        guard state.isDelayOn != request.on else { return }
        keep(.delayed(request.on))
        act(.mixer(.delay(request.on)))
    }

    package mutating func setLoudness(_ request: LoudnessSet) throws(LinkError) {
        guard LoudnessSet.range.contains(request.speechLUFS) else {
            throw .badField("speechLUFS", "is between -31 and -14")
        }
        guard state.loudness != request else { return }
        keep(.loudness(request))
        act(.mixer(.gain(factor(request))))
    }

    func factor(_ loudness: LoudnessSet) -> Float { Float(pow(10, loudness.gainDecibels / 20)) }

    package mutating func dump() throws(LinkError) {
        guard state.isDelayOn else { throw LinkError(.notPossible, "the delay is off: all of it has been heard") }
        act(.mixer(.dump))
    }

    package mutating func setBed(_ request: BedSet) throws(LinkError) {
        try check(file: request.file, gainDecibels: request.gainDecibels)
        keep(.bed(request))
        act(.loader(.bed(path: request.file.map(path))))
        // A new file is heard as soon as the loader has some of it.
        if request.file == nil { act(.mixer(.bedFile(false, gain: 1))) }
    }

    package mutating func setIdent(_ request: IdentSet) throws(LinkError) {
        try check(file: request.file, gainDecibels: request.gainDecibels)
        if let seconds = request.everySeconds, !Director.identSeconds.contains(seconds) {
            throw .badField("everySeconds", "is between 10 and 3600")
        }
        keep(.ident(request))
    }

    private func check(file: String?, gainDecibels: Double?) throws(LinkError) {
        if let file, file.isEmpty || file.utf8.count > PlayoutItem.Limits.fileSizeBytesMax || file.utf8.contains(0) {
            throw .badField("file", "is a path of at most 1024 bytes")
        }
        if let gainDecibels, !PlayoutItem.Limits.gainDecibels.contains(gainDecibels) {
            throw .badField("gainDecibels", "is between -60 and 24")
        }
    }

    package mutating func setTargets(_ request: TargetsSet) throws(LinkError) {
        guard request.targets.icecast.count + request.targets.push.count <= Director.targetsMax else {
            throw .badField("targets", "are at most \(Director.targetsMax)")
        }
        guard state.targets != request.targets else { return }
        keep(.targets(request.targets))
        act(.news(.targets(request.targets)))
        act(.tell(.targetsChanged))
    }

    package mutating func setMetadata(_ request: MetadataSet) throws(LinkError) {
        guard request.metadata.bytes.count <= 16 << 10 else { throw .badField("metadata", "has at most 16384 bytes") }
        guard state.metadata != request.metadata else { return }
        keep(.metadata(request.metadata))
        act(.news(.metadata(request.metadata)))
    }

    package mutating func setPicture(_ request: PictureSet) throws(LinkError) {
        guard request.scene.bytes.count <= 128 << 10 else { throw .badField("scene", "has at most 131072 bytes") }
        guard request.scene.isNull || request.scene.object != nil else {
            throw .badField("scene", "is an object or null")
        }
        guard state.picture != request.scene else { return }
        keep(.picture(request.scene))
        act(.news(.picture(request.scene)))
    }

    package mutating func setCaptions(_ request: CaptionsSet) throws(LinkError) {
        guard let known = state.order.state(of: request.id), !known.isOver else {
            throw LinkError(.notFound, "id: \(shown(request.id)) neither plays nor waits")
        }
        try CaptionWord.check(request.words, field: "words")
        keep(.words(request.words, id: request.id))
        act(.news(.words(request.words, id: request.id)))
    }

    /// An id that somebody else chose, no longer than an id can be.
    private func shown(_ id: String) -> String { String(id.prefix(PlayoutItem.Limits.idSizeBytesMax)) }
}
