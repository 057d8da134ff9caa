import JSON

extension Behaviour {
    /// How a request is answered.
    func plan(for call: ModelCall) -> AnswerPlan {
        var plan: AnswerPlan
        switch act {
        case .reset: plan = AnswerPlan(ending: .reset, outcome: .cut)
        case .close: plan = AnswerPlan(ending: .breakOff, outcome: .cut)
        case .silent: plan = AnswerPlan(ending: .hang)
        case .status(let answer): plan = statusPlan(answer, call)
        case .jsonError(let body):
            plan = .json(body)
            plan.outcome = .failed
        default: plan = call.isStream ? streamPlan(call) : documentPlan(call)
        }
        plan.pace.first = pace.first
        plan.pace.flushesEach = pace.flushesEach
        // A whole answer is there when the last piece of it would be.
        if !call.isStream { plan.pace.first += pace.gap * max(0, answer.pieces.count - 1) }
        plan.pace.gap = pace.gap
        plan.head?.fields[call.wire.requestIDHeader] = call.id("req_")
        return plan
    }

    private func statusPlan(_ answer: StatusAnswer, _ call: ModelCall) -> AnswerPlan {
        let body = answer.body ?? call.wire.errorBody(status: answer.status, request: call.id("req_")).bytes
        var plan = AnswerPlan.whole(
            body,
            status: answer.status,
            contentType: answer.contentType,
            fields: answer.headers
        )
        plan.outcome = .failed
        return plan
    }

    private func errorBody(_ error: ErrorEvent, _ call: ModelCall) -> [UInt8] {
        let status = call.wire == .messages ? 529 : 500
        return (error.body ?? call.wire.errorBody(status: status, request: call.id("req_"))).bytes
    }

    // MARK: Streams

    private static let streamFields = [
        "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache",
    ]

    private func streamPlan(_ call: ModelCall) -> AnswerPlan {
        var plan = AnswerPlan(head: AnswerPlan.Head(fields: Behaviour.streamFields, length: .chunked))
        if case .recorded(let recording) = act {
            plan.body = recording.body
            return plan
        }
        let stream = call.stream
        let body = stream.body(answer)
        plan.body = body
        switch act {
        case .slowFirst(let isOpeningFirst): plan.start = isOpeningFirst ? .openingFirst : .headFirst
        case .stall(let after):
            plan.body = body.prefix(contents: after)
            plan.ending = .hang
        case .cut(let cut):
            plan.body = body.prefix(cut.place)
            plan.ending = cut.isTerminated ? .completeAndClose : .breakOff
            plan.outcome = .cut
        case .badJSON(let after, let goesOn):
            plan.body = body.prefix(contents: after)
            stream.writeBroken(to: &plan.body)
            if goesOn { plan.body.append(body.suffix(afterContents: after)) }
            plan.outcome = goesOn ? .completed : .cut
        case .errorEvent(let error):
            plan.body = body.prefix(contents: error.after)
            write(error, stream, call, to: &plan.body)
            plan.outcome = .failed
        case .truncatedUTF8:
            plan.body = body.prefix(contents: answer.pieces.count)
            plan.outcome = .cut
        case .duplicateStart(let after):
            plan.body = body.prefix(contents: after)
            plan.body.append(body)
        case .noDone(let hangs):
            plan.body = body.withoutLastEvent
            plan.ending = hangs ? .hang : .completeAndClose
        default: break
        }
        return plan
    }

    private func write(_ error: ErrorEvent, _ stream: any ModelStream, _ call: ModelCall, to body: inout StreamBody) {
        let bytes = errorBody(error, call)
        guard error.isBare else { return stream.write(error: bytes, isNamed: error.isNamed, to: &body) }
        body.append(.fault) { line in
            line.append(contentsOf: bytes)
            line.append("\n")
        }
    }

    // MARK: Whole answers

    private func documentPlan(_ call: ModelCall) -> AnswerPlan {
        let bytes = call.document(answer)
        var plan = AnswerPlan.whole(bytes)
        switch act {
        case .slowFirst: plan.start = .headFirst
        case .stall:
            // Its head has promised all of it.
            plan.body = plan.body.prefix(bytes: bytes.count / 2)
            plan.ending = .hang
        case .cut(let cut):
            let place = if case .bytes(let count) = cut.place { min(count, bytes.count) } else { bytes.count / 2 }
            plan.body = plan.body.prefix(bytes: place)
            if cut.isTerminated { plan.head?.length = .bytes(place) }
            // With nothing missing there is nothing to break off.
            plan.ending = cut.isTerminated || place == bytes.count ? .completeAndClose : .breakOff
            plan.outcome = .cut
        case .badJSON:
            plan = .whole(Array(bytes[..<(bytes.count / 2)]))
            plan.outcome = .cut
        case .errorEvent(let error):
            plan = .whole(errorBody(error, call))
            plan.outcome = .failed
        case .truncatedUTF8: plan.outcome = .cut
        case .noDone(let hangs):
            // The end of the body is never told.
            if hangs { plan.head?.length = .chunked }
            plan.ending = hangs ? .hang : .completeAndClose
        default: break
        }
        return plan
    }
}

extension StreamBody {
    fileprivate func prefix(_ place: Behaviour.Cut.Place) -> StreamBody {
        switch place {
        case .contents(let count): prefix(contents: count)
        case .bytes(let count): prefix(bytes: count)
        }
    }
}
