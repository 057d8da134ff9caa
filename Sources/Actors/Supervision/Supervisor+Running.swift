import Bus
import Threading

extension Supervisor {
    /// The whole life of the tree below: returns when the last task in it has ended, zombies included.
    ///
    /// Nothing starts before `begin()`. Cancellation is a stop; but it reaches all children at the same moment, so for an
    /// orderly end call `stop()`.
    package func run() async { await run { _ in } }

    /// - Parameter onEnd: called once when it has ended logically, while zombies may still be running.
    func run(onEnd: (SupervisorOutcome) -> Void) async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                while true {
                    await waitForWork()
                    let work = core.withLock { $0.takeWork() }
                    for life in work.launches {
                        if life.incarnation.isFenced, !life.spec.isSupervisor {
                            // Given up on before it was born: there is nothing to run.
                            _ = childExited(life, .stopped, mayGoOn: false)
                        } else {
                            // Each life is a child of the tree, which cannot end before it.
                            group.addTask { await self.carry(life) }
                        }
                    }
                    // Sleeps beside the loop, which goes on deciding; cancelled with the tree.
                    if let moment = work.timer { group.addTask { await self.wake(at: moment) } }
                    guard let outcome = work.outcome else { continue }
                    // Timers and zombies are all that is left.
                    group.cancelAll()
                    close()
                    onEnd(outcome)
                    return
                }
            }
        } onCancel: {
            self.stop()
        }
    }

    private func waitForWork() async {
        await withUnsafeContinuation { continuation in
            if !core.withLock({ $0.park(continuation) }) { continuation.resume() }
        }
    }

    private func wake(at moment: Moment) async {
        do {
            try await clock.sleep(until: moment)
        } catch {
            return  // Cancelled: the supervisor has ended.
        }
        core.withLock { if $0.armedFor == moment { $0.armedFor = .distantFuture } }
        tickDue()
    }

    private func close() {
        guard parent != nil else { return registry.closeAll() }
        let lasting = Set(spec.children.map(\.name))
        registry.release(Array(lasting), by: self)
        // Children that were added at run time do not come back with the next supervisor of this name.
        let added = core.withLock { core in
            core.state.names.filter { !lasting.contains($0) }.flatMap { core.namesBelow[$0] ?? [$0] }
        }
        registry.forget(added)
    }

    // MARK: - One child's task

    /// Carries a child through this life and those that may follow on the same task.
    private func carry(_ life: ChildLife) async {
        guard !life.spec.isSupervisor else { return await runNested(life) }
        await withDiscardingTaskGroup { inner in
            // In a group of its own, so that this child can be cancelled without its siblings.
            inner.addTask {
                var current = life
                while let next = await self.live(current) { current = next }
                life.signal.give()
            }
            await life.signal.wait()
            inner.cancelAll()
        }
    }

    /// One incarnation of a worker, from its factory to its end.
    ///
    /// - Returns: the next one, if this task is to go on with it.
    private func live(_ life: ChildLife) async -> ChildLife? {
        guard case .worker(let factory) = life.spec.body else { return nil }
        var actor: (any SupervisedActor)?
        while true {
            let reason: ExitReason
            do {
                let instance: any SupervisedActor
                if let actor {
                    instance = actor
                } else {
                    instance = try await factory(ActorContext(life))
                    actor = instance
                    life.cell.install(instance, of: life)
                    if life.spec.readiness == .onStart { life.reportReady() }
                }
                try await instance.run()
                reason = .normal
            } catch {
                reason = ExitReason(error)
            }
            switch childExited(life, reason, mayGoOn: true) {
            case .resume: continue
            case .again(let next): return next
            case .end: return nil
            }
        }
    }

    private func runNested(_ life: ChildLife) async {
        guard case .supervisor(let spec) = life.spec.body else { return }
        let nested = Supervisor(
            spec,
            clock: clock,
            registry: registry,
            seed: core.withLock { $0.state.random.next() },
            observer: observer,
            parent: life,
            above: self
        )
        life.adopt(nested)
        nested.begin()
        await nested.run { outcome in _ = self.childExited(life, outcome.exitReason, mayGoOn: false) }
    }
}
