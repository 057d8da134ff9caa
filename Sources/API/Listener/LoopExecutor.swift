import NIOCore

/// Runs tasks on the thread of an event loop.
///
/// A request that comes and goes on the thread that reads its connection wakes no other thread on its way. Routes must not
/// block, here as anywhere: whatever does has a thread of its own.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The closure keeps the executor for as long as the job runs on it.
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
