import Foundations
package import Logging
import Synchronization

/// The objects of one resource in memory, above any engine: all gets, lists and watches are served
/// from here.
///
/// Shape: an ordered snapshot that readers take with one retain, a bounded ring of the latest
/// events, and the watchers. The store's thread brings every change, in order, before the writer is
/// answered: a client reads its own writes. Parsed documents and bytes are shared by all readers.
package final class WatchCache: Sendable {
  /// The resource's part of every key: `/pods/`.
  package let prefix: Key
  let store: any Store
  let labelSets: LabelSets
  let configuration: WatchCacheConfiguration
  private let logger: Logger
  let view: Mutex<View>
  let fanout: Mutex<Fanout>

  struct View {
    var objects = OrderedObjects()
    /// The newest change in `objects`.
    var revision: Revision
    var source: (any StoreWatch)?
    /// Records that are no objects, with the reason. They stay in the store and keep their names.
    var undecodable: [Key: String] = [:]

    /// Everything up to here is in `objects`, also where nothing of this resource changed.
    var progress: Revision { max(revision, source?.progress ?? .zero) }
  }

  /// Locked before `view` where both are needed; the other way round never.
  struct Fanout {
    var ring: EventRing
    var watchers = WatcherTable()
    var end: StoreError?
  }

  /// Loads what the store holds and follows it.
  /// - Parameter prefix: the resource's keys: `/<resource>/`, below them `[<namespace>/]<name>`.
  /// - Throws: what the store does.
  package static func open(
    _ store: any Store, prefix: Key,
    configuration: WatchCacheConfiguration = WatchCacheConfiguration(),
    logger: Logger = Logger(label: "watchcache")
  ) async throws(StoreError) -> WatchCache {
    let loading = Loading(
      prefix: prefix, index: configuration.index, labelSets: LabelSets())
    var page = try await store.page(under: prefix, limit: Loading.pageCountMax)
    let revision = page.revision
    var loaded = loading.objects(of: page)
    while let next = page.continuation {
      page = try await store.page(
        under: prefix, after: next, limit: Loading.pageCountMax, at: revision)
      loaded.append(loading.objects(of: page))
    }
    let cache = WatchCache(
      store, prefix: prefix, at: revision, loaded, labelSets: loading.labelSets,
      configuration: configuration, logger: logger)
    let source = store.watch(under: prefix, after: revision) { cache.take($0) }
    cache.view.withLock { $0.source = source }
    guard await source.reached(revision) else {
      throw cache.fanout.withLock { $0.end } ?? .closed
    }
    return cache
  }

  private init(
    _ store: any Store, prefix: Key, at revision: Revision, _ loaded: Loading.Result,
    labelSets: LabelSets, configuration: WatchCacheConfiguration, logger: Logger
  ) {
    self.store = store
    self.prefix = prefix
    self.labelSets = labelSets
    self.configuration = configuration
    self.logger = logger
    view = Mutex(
      View(
        objects: OrderedObjects(sorted: loaded.objects), revision: revision,
        undecodable: loaded.undecodable))
    fanout = Mutex(
      Fanout(
        ring: EventRing(
          start: revision, eventsMax: configuration.eventsMax,
          byteCountMax: configuration.eventByteCountMax)))
    for (key, reason) in loaded.undecodable { report(key, reason) }
  }

  /// Stops following the store and ends every watch with `.closed`.
  package func close() {
    view.withLock { $0.source }?.cancel()
    end(.closed)
  }

  /// Records that could not be read as objects, with the reason. They are kept in the store.
  package var undecodable: [Key: String] { view.withLock { $0.undecodable } }

  func report(_ key: Key, _ reason: String) {
    logger.error(
      "a record is no object; it is kept but not served",
      metadata: ["key": "\(key)", "reason": "\(reason)"])
  }
}
