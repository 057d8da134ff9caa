import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import Media
import PlayoutLink
import Show
import Store

/// `onair.*`: what listeners hear, and an operator's hand in it.
struct OnAirMethods {
    let booth: AirBooth
    let mute: AirSwitch
    let offAir: AirSwitch
    /// How each engine that makes speech is doing.
    let engines: @Sendable () async -> [VoiceChain.Standing]
    /// Who speaks, and when.
    let hosts: @Sendable () -> HostSettings
    /// What the servers of the settings are called that get the programme.
    let targets: @Sendable () -> [String]
    let now: @Sendable () -> Timestamp

    /// More than any name has.
    private static let hostBytesMax = 64
    /// More than any server's name, port and mount have.
    private static let targetBytesMax = 512
    /// Four bytes for each character that a text may have.
    private static let textBytesMax = SpeechValidator.lengthMax * 4

    var all: [ControlMethod] {
        [
            .reading("onair.status") { call throws(JSONRPCError) in try await status(call.params) },
            .reading("onair.queue") { call throws(JSONRPCError) in try queue(call.params) },
            .changing("onair.start", role: .operator) { call throws(JSONRPCError) in try await take(off: false, call) },
            .changing("onair.stop", role: .operator) { call throws(JSONRPCError) in try await take(off: true, call) },
            .changing("onair.say", role: .operator) { call throws(JSONRPCError) in try await say(call.params) },
            .changing("onair.skip", role: .operator) { call throws(JSONRPCError) in try await skip(call.params) },
            .changing("onair.bed", role: .operator) { call throws(JSONRPCError) in try bed(call.params) },
            .changing("onair.delay", role: .operator) { call throws(JSONRPCError) in try delay(call.params) },
            .changing("onair.target", role: .operator) { call throws(JSONRPCError) in try target(call.params) },
            .changing("onair.dump", role: .operator) { call throws(JSONRPCError) in try await dump(call.params) },
        ]
    }

    // MARK: Looking

    private func status(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only()
        let view = booth.view
        var (voices, reason): ([String], String?) = ([], nil)
        switch view.sound {
        case .off(let why): reason = why
        case .on(let engines): voices = engines
        }
        return [
            "voices": .array(voices.map(JSONValue.string)),
            "reason": reason.map(JSONValue.string) ?? .null,
            "muted": .bool(mute.isOn), "offAir": .bool(offAir.isOn),
            "engines": .array(await engines().map(OnAirMethods.value)),
            "playout": view.playout.map { playout(of: $0.status, at: $0.at) } ?? .null,
            "targetsOff": .array(booth.orders.targetsOff.sorted().map(JSONValue.string)),
            "waiting": .int(Int64(view.open.count { $0.state != .airing })),
            "aheadSeconds": .double(view.ahead / .seconds(1)),
            "segment": view.open.first { $0.state == .airing }.map(OnAirMethods.value) ?? .null,
        ]
    }

    private func playout(of status: PlayoutStatus, at time: Timestamp) -> JSONValue {
        [
            "startedAt": .string("\(status.startedAt)"),
            "item": status.playing.map { .string($0.item.id) } ?? .null,
            "items": .int(Int64(status.waiting.count)),
            "standby": .bool(status.isStandby), "muted": .bool(status.isMuted), "delay": .bool(status.isDelayOn),
            "levelDecibels": status.level.map { .double($0.rmsDecibels) } ?? .null,
            "silentSeconds": status.level.map { .double(Double($0.silentForMilliseconds) / 1000) } ?? .null,
            "lateBlocks": .int(status.audio.lateBlocks),
            "ageSeconds": .double(max(0, time.duration(to: now()) / .seconds(1))),
            "outputs": status.outputs.map(OnAirMethods.value) ?? .null,
        ]
    }

    private static func value(_ outputs: OutputsStatus) -> JSONValue {
        [
            "trouble": outputs.trouble.map { .string("\($0)") } ?? .null,
            "encoder": .string(outputs.encoder.state), "encoderStarts": .int(Int64(outputs.encoder.starts)),
            "lostSeconds": .double(outputs.encoder.lostSeconds),
            "segmentAgeSeconds": outputs.playlist.newestSegmentSecondsAgo.map(JSONValue.double) ?? .null,
            "integratedLUFS": outputs.meter.integratedLUFS.map(JSONValue.double) ?? .null,
            "driftSeconds": .double(outputs.meter.driftSeconds),
            "targets": .array(
                outputs.targets.map { target in
                    [
                        "kind": .string(target.kind.rawValue), "name": .string(target.name),
                        "url": .string(target.url), "state": .string(target.state),
                        "reason": target.reason.map(JSONValue.string) ?? .null,
                        "connects": .int(Int64(target.connects)),
                    ]
                }
            ),
            "recording": outputs.recording.map { recording in
                [
                    "file": recording.file.map(JSONValue.string) ?? .null, "bytes": .int(recording.writtenBytes),
                    "failure": recording.failure.map(JSONValue.string) ?? .null,
                ]
            } ?? .null,
            "refusal": outputs.refusal.map(JSONValue.string) ?? .null,
        ]
    }

    private static func value(_ standing: VoiceChain.Standing) -> JSONValue {
        var (state, reason) = (standing.isLeftAlone ? "left_alone" : "ready", JSONValue.null)
        if case .unavailable(let why) = standing.availability { (state, reason) = ("unavailable", .string(why)) }
        return [
            "name": .string(standing.engine), "state": .string(state), "reason": reason,
            "answered": .int(Int64(standing.answered)), "failed": .int(Int64(standing.failed)),
            "lastFailure": standing.lastFailure.map(JSONValue.string) ?? .null,
        ]
    }

    private func queue(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only("limit")
        let limit = Int(try params.number("limit", in: 1...200, otherwise: 50))
        let (view, now, hosts) = (booth.view, now(), hosts())
        return [
            "part": OnAirMethods.value(hosts.turn(at: now)),
            "parts": .array(hosts.turns(after: now).map(OnAirMethods.value)),
            "count": .int(Int64(view.open.count)),
            "aheadSeconds": .double(view.ahead / .seconds(1)),
            "segments": .array(view.open.prefix(limit).map(OnAirMethods.value)),
        ]
    }

    private static func value(_ turn: ShowTurn) -> JSONValue {
        [
            "kind": .string(turn.part.kind.rawValue), "host": .string(turn.host.name),
            "beganAt": .string("\(turn.part.beganAt)"), "endsAt": .string("\(turn.part.endsAt)"),
        ]
    }

    private static func value(_ segment: Segment) -> JSONValue {
        [
            "id": .string("\(segment.id)"), "state": .string(segment.state.rawValue),
            "host": .string(segment.spoken.host), "kind": .string(segment.spoken.kind.rawValue),
            "text": .string(segment.spoken.text), "writtenAt": .string("\(segment.writtenAt)"),
        ]
    }

    // MARK: Changing

    private func say(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("text", "host")
        let text = try params.text("text", sizeBytesMax: OnAirMethods.textBytesMax)
        let violations = SpeechValidator.violations(in: text, symbols: [])
        guard violations.isEmpty else {
            let reasons = violations.map(\.description).joined(separator: "; ")
            throw .badParameters("text", "text cannot be said: \(reasons)")
        }
        let host = try params.optionalText("host", sizeBytesMax: OnAirMethods.hostBytesMax) ?? hosts().hosts[0].name
        guard host.contains(where: \.isLetter), host.allSatisfy({ $0.isLetter || $0.isNumber || " '.-".contains($0) })
        else { throw .badParameters("host", "host must be a name of letters, numbers and spaces") }
        if case .off(let reason) = booth.view.sound { throw .unavailable("there is no voice: \(reason)") }
        guard !mute.isOn else { throw .refused("the station is muted, so nobody would hear it") }
        guard !offAir.isOn else { throw .refused("the station is off the air; onair.start ends that") }
        let spoken = HostSpoke(
            host: host,
            text: text,
            kind: .operator,
            energy: .normal,
            template: nil,
            symbols: [],
            facts: []
        )
        do throws(ShowError) {
            let segment = try await booth.accept(spoken)
            return [
                "segment": .string("\(segment.id)"), "host": .string(host),
                "aheadSeconds": booth.ahead.map { .double($0 / .seconds(1)) } ?? .null,
            ]
        } catch {
            switch error {
            case .badInput(_, let problem): throw .refused(problem)
            case .store(let error): throw JSONRPCError(error)
            }
        }
    }

    /// What the playout has is heard to its end; what is written waits, and is dropped when it is not true any more.
    private func take(off: Bool, _ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try await offAir.set(off, by: call)
        return ["offAir": .bool(offAir.isOn)]
    }

    private func skip(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only()
        do throws(LinkError) {
            let done = try await booth.skip()
            return [
                "item": .string(done.item), "segment": done.segment.map(JSONValue.string) ?? .null,
                "removed": .int(Int64(done.removedCount)),
            ]
        } catch { throw JSONRPCError(error) }
    }

    /// The word for the station's own bed.
    private static let ownBed = "own"

    private func bed(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only("file")
        let file = try params.optionalText("file", sizeBytesMax: PlayoutItem.Limits.fileSizeBytesMax)
        if let file, file != OnAirMethods.ownBed, !file.hasPrefix("/") {
            throw .badParameters("file", "file must be the whole path of a WAV file, or \"own\"")
        }
        booth.order { $0.bed = file.map { $0 == OnAirMethods.ownBed ? nil : $0 } }
        return ["bed": file.map(JSONValue.string) ?? .null]
    }

    private func delay(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only("on")
        let isOn = try params.flag("on", otherwise: true)
        booth.order { $0.isDelayed = isOn }
        return ["delay": .bool(isOn)]
    }

    private func target(_ params: ControlParameters) throws(JSONRPCError) -> JSONValue {
        try params.only("name", "on")
        let name = try params.text("name", sizeBytesMax: OnAirMethods.targetBytesMax)
        let isOn = try params.flag("on", otherwise: true)
        let names = targets()
        guard names.contains(name) else {
            let known = names.isEmpty ? "there is none" : "there is \(names.joined(separator: ", "))"
            throw .badParameters("name", "name is no target of the settings: \(known)")
        }
        booth.order { orders in
            if isOn { orders.targetsOff.remove(name) } else { orders.targetsOff.insert(name) }
        }
        return ["name": .string(name), "on": .bool(isOn)]
    }

    private func dump(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only()
        do throws(LinkError) { try await booth.dump() } catch { throw JSONRPCError(error) }
        return ["dumped": true]
    }
}

extension JSONRPCError {
    /// What the playout did not do, as an operator is told.
    fileprivate init(_ error: LinkError) {
        self =
            switch error.code {
            case .notPossible: .refused(error.message)
            case .unavailable: .unavailable(error.message)
            default: .failedInside(error.description)
            }
    }
}
