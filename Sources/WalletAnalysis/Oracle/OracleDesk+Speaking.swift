import Bus
import Chains
import Store
import WalletOracle

extension OracleDesk {
    // MARK: Lines

    /// What the oracle says as a caller goes on air; not what it has said to them within the hour.
    ///
    /// - Parameter text: the caller's wallet; of what is no address nothing is known, and they are welcome.
    /// - Returns: always a line.
    package func intro(_ text: String) async -> SpokenLine {
        let (wallet, plan) = await plan(for: text, askingSources: true)
        let history = await intros(of: wallet)
        let end = stopwatch.elapsed + settings.lineLimit
        var fallback = SpokenLine.Fallback.noModel
        for regenerations in 0...IntroHistory.regenerationsMax {
            let answer = await written(plan, .intro, until: end)
            guard case .line(let line) = answer else {
                fallback = answer.fallback ?? fallback
                // Another try may do better than a line that cannot be said, but not than no model at all.
                if fallback == .refused { continue }
                break
            }
            guard !history.isRepeat(line, at: now()), await keep(line, for: wallet, evenAgain: false) else {
                fallback = .repeated
                guard history.verdict(on: line, regenerations: regenerations, at: now()) != .template else { break }
                continue
            }
            return SpokenLine(text: line, occasion: .intro, tier: plan.tier, fallback: nil)
        }
        let line = plan.template(for: .intro, avoiding: await intros(of: wallet).texts)
        _ = await keep(line, for: wallet, evenAgain: true)
        return SpokenLine(text: line, occasion: .intro, tier: plan.tier, fallback: fallback)
    }

    /// What the oracle says as a call ends, in the tone that the call had; nobody is asked about the wallet any more.
    ///
    /// - Parameters:
    ///   - text: the caller's wallet.
    ///   - transcript: what the caller has said; empty when that is unknown.
    /// - Returns: always a line.
    package func exit(_ text: String, transcript: String) async -> SpokenLine {
        let occasion = OracleOccasion.exit(CallTone.measure(transcript))
        let (_, plan) = await plan(for: text, askingSources: false)
        let answer = await written(plan, occasion, until: stopwatch.elapsed + settings.lineLimit)
        if case .line(let line) = answer {
            return SpokenLine(text: line, occasion: occasion, tier: plan.tier, fallback: nil)
        }
        return SpokenLine(
            text: plan.template(for: occasion),
            occasion: occasion,
            tier: plan.tier,
            fallback: answer.fallback
        )
    }

    private func plan(for text: String, askingSources: Bool) async -> (wallet: String?, plan: IntroPlan) {
        let wallet = SolanaAddress(text)?.description
        var report: WalletReport?
        if let wallet {
            // Too much to do is no reason to turn a caller away: what is known already has to do.
            report = askingSources ? try? await analyze(wallet).report : nil
            if report == nil { report = await known(wallet) }
        }
        let settings = settings
        let facts = OracleFacts(
            report?.metrics ?? WalletMetrics(),
            windowDays: settings.windowDays,
            isComplete: report?.isComplete ?? false
        )
        let plan = IntroPlan(
            tier: report?.tier ?? WalletTier.Rule.noData.tier,
            level: settings.level,
            facts: facts,
            wallet: text
        )
        return (wallet, plan)
    }

    // MARK: The model

    private enum Answer: Sendable {
        case line(String)
        case none(SpokenLine.Fallback)

        var fallback: SpokenLine.Fallback? { if case .none(let fallback) = self { fallback } else { nil } }
    }

    private func written(_ plan: IntroPlan, _ occasion: OracleOccasion, until end: Duration) async -> Answer {
        let left = end - stopwatch.elapsed
        guard left > .zero else { return .none(.timedOut) }
        let order = LineOrder(plan, occasion, limit: left)
        return await withTaskGroup(of: Answer.self) { [doors, stopwatch] group in
            // The writer against its time; whichever is first.
            group.addTask {
                do {
                    guard let text = try await doors.write(order) else { return .none(.noModel) }
                    guard case .accepted(let line) = CleanLine.check(text, for: occasion) else {
                        return .none(.refused)
                    }
                    return .line(line)
                } catch {
                    return .none(.noModel)
                }
            }
            group.addTask {
                // Cancelled as soon as there is an answer, which nobody looks at then.
                try? await stopwatch.sleep(until: end)
                return .none(.timedOut)
            }
            let first = await group.next() ?? .none(.noModel)
            group.cancelAll()
            return first
        }
    }

    // MARK: What was said

    private func intros(of wallet: String?) async -> IntroHistory {
        guard let wallet else { return IntroHistory() }
        do throws(StoreError) {
            return try await records.intros(of: wallet)
        } catch {
            doors.onUnkept(error)
            return IntroHistory()
        }
    }

    /// - Returns: `false` when the line was said to the wallet within the hour.
    private func keep(_ line: String, for wallet: String?, evenAgain: Bool) async -> Bool {
        guard let wallet else { return true }
        do throws(StoreError) {
            return try await records.note(line, to: wallet, at: now(), evenAgain: evenAgain)
        } catch {
            doors.onUnkept(error)
            return true
        }
    }
}
