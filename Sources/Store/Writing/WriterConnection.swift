import Bus

/// The engine's one connection for writing.
///
/// Made and used on the writer's thread only, so it may block.
protocol WriterConnection: AnyObject {
    /// Runs one group of units with exclusive use of the connection.
    func exclusively(_ body: () -> Void)
    /// False once the engine has rolled the transaction back by itself, as SQLite does when the disk is full.
    var isInTransaction: Bool { get }
    func begin() throws(StoreError)
    func commit() throws(StoreError)
    func rollBack()
    func beginSavepoint() throws(StoreError)
    func releaseSavepoint() throws(StoreError)
    func rollBackToSavepoint() throws(StoreError)
    /// Inserts one row under the header's offset.
    func insert(_ header: EnvelopeHeader, payload: [UInt8]) throws(StoreError)
    func savePosition(_ position: LogPosition) throws(StoreError)
    /// - Returns: how many rows it changed.
    func execute(_ sql: SQL, _ arguments: [SQLValue]) throws(StoreError) -> Int
    /// - Throws: `StoreError` with `.tooLarge` when there are more rows than `limit`.
    func rows(_ sql: SQL, _ arguments: [SQLValue], limit: Int) throws(StoreError) -> [SQLRow]
    /// Ends the engine's work in good order.
    func close()
}
