package import Bus

/// The engine's one connection for writing.
///
/// Made and used on the writer's thread only, so it may block.
package protocol WriterConnection: AnyObject {
    /// Whether others write to the same log, so that its position is what the database says and not what is remembered.
    var isShared: Bool { get }
    /// Runs one group of units with exclusive use of the connection.
    func exclusively(_ body: () -> Void)
    /// False once the engine has rolled the transaction back by itself, as SQLite does when the disk is full.
    var isInTransaction: Bool { get }
    /// Begins a transaction; in a shared log it keeps other writers out of the log until it ends.
    ///
    /// - Returns: where the log stands; `nil` when nobody else can have moved it.
    func begin() throws(StoreError) -> LogPosition?
    func commit() throws(StoreError)
    func rollBack()
    func beginSavepoint() throws(StoreError)
    func releaseSavepoint() throws(StoreError)
    func rollBackToSavepoint() throws(StoreError)
    /// Inserts one row under the header's offset.
    ///
    /// - Parameters:
    ///   - header: the row's other columns.
    ///   - payload: the event's JSON.
    ///   - mayConflict: whether it comes from elsewhere, so that the caller wants to hear at once that it is refused.
    /// - Throws: `StoreError` with `.constraint` when the id is taken.
    func insert(_ header: EnvelopeHeader, payload: [UInt8], mayConflict: Bool) throws(StoreError)
    func savePosition(_ position: LogPosition) throws(StoreError)
    /// Runs statements one after the other: all of them or, when it throws, none; the transaction goes on either way.
    ///
    /// - Returns: what each of them answers.
    /// - Throws: `StoreError` with `.tooLarge` when one answers with more rows than it may.
    func run(_ statements: [BoundStatement]) throws(StoreError) -> [StatementAnswer]
    /// Where the log stands, outside a transaction.
    func position() throws(StoreError) -> LogPosition
    /// The first of the events in a range of offsets: as many as are reasonable at once, and one at least if there is
    /// any. Inside a transaction and outside.
    func events(in range: ClosedRange<UInt64>) throws(StoreError) -> [RecordedEvent]
    /// Ends the engine's work in good order.
    func close()
}
