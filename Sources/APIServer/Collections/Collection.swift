package import Foundations
package import Resources
package import Store

/// One collection of the API as it is served: reads from the watch cache, writes through rules,
/// defaults, admission and validation into the store.
package final class Collection: Sendable {
  package let resource: ResourceType
  package let rules: CollectionRules
  package let cache: WatchCache
  let store: any Store
  /// How long the store took for each write.
  let writes = DurationHistogram()
  let preparation: ObjectPreparation
  /// By `apiVersion` of the writer. One for most kinds; empty for custom resources, whose schemas are
  /// compiled when they are needed.
  let fieldManagers: [String: FieldManager]
  /// The versions that its objects are served in; `nil` where there is but one.
  let versions: VersionedKind?
  /// Set where the collection shows the objects of another one, in its own version.
  let view: CollectionView?
  /// Set where a webhook converts between the versions: the collection then works in its own one, and
  /// what it reads and stores is converted on the way.
  let conversion: CustomConversion?
  let admission: AdmissionChain
  /// `nil` where none are asked.
  let webhooks: AdmissionWebhooks?
  /// Fills in defaults. Set from the schema table and the kind's own rules.
  let applyDefaults: @Sendable (inout Document) -> Void
  /// Every rule an object breaks; `old` is `nil` for creates, `subresource` for writes to the object
  /// itself. `apiVersion` is the version that the writer speaks.
  package typealias Validation =
    @Sendable (
      _ new: Document, _ old: Document?, _ subresource: String?, _ apiVersion: String
    ) -> [FieldError]
  let validate: Validation
  /// What writers are told beside a good answer; `nil` where there is nothing.
  let warnings: ObjectWarnings?
  /// The time, for creation stamps and deletion deadlines.
  let now: @Sendable () -> Timestamp

  package convenience init(
    resource: ResourceType, rules: CollectionRules, store: any Store, cache: WatchCache,
    admission: AdmissionChain, webhooks: AdmissionWebhooks? = nil, versions: VersionedKind? = nil,
    applyDefaults: @escaping @Sendable (inout Document) -> Void,
    validate: @escaping Validation,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.init(
      resource: resource, rules: rules, store: store, cache: cache, admission: admission,
      webhooks: webhooks, versions: versions, conversion: nil, applyDefaults: applyDefaults,
      validate: validate, now: now)
  }

  /// - Parameter conversion: of custom resources.
  init(
    resource: ResourceType, rules: CollectionRules, store: any Store, cache: WatchCache,
    admission: AdmissionChain, webhooks: AdmissionWebhooks?, versions: VersionedKind?,
    conversion: CustomConversion?,
    applyDefaults: @escaping @Sendable (inout Document) -> Void,
    validate: @escaping Validation,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.resource = resource
    self.rules = rules
    self.store = store
    self.cache = cache
    self.preparation = ObjectPreparation(resource: resource, rules: rules)
    self.fieldManagers = versions?.refresh == nil ? Self.fieldManagers(resource, versions) : [:]
    self.versions = versions
    self.conversion = conversion
    self.view = nil
    self.admission = admission
    self.webhooks = webhooks
    self.applyDefaults = applyDefaults
    self.validate = validate
    warnings = ObjectWarnings.rules(group: resource.group, kind: resource.kind)
    self.now = now
  }

  /// A collection that shows the objects of another one in a version of its own.
  /// - Parameter rules: those of the other one where `nil`.
  package init(
    showing storage: Collection, as resource: ResourceType, _ versions: VersionedKind,
    rules: CollectionRules? = nil
  ) {
    self.resource = resource
    self.rules = rules ?? storage.rules
    store = storage.store
    cache = storage.cache
    preparation = storage.preparation
    fieldManagers = storage.fieldManagers
    admission = storage.admission
    webhooks = storage.webhooks
    applyDefaults = storage.applyDefaults
    validate = storage.validate
    warnings = storage.warnings
    now = storage.now
    self.versions = versions
    conversion = nil
    view = CollectionView(storage: storage, versions: versions, apiVersion: resource.apiVersion)
  }

  /// Who writes, and how.
  package struct WriteContext: Sendable {
    package var user: User
    package var isDryRun = false
    package var fieldManager = ""
    /// An apply has settled the object's managedFields itself.
    var operation = ManagedFields.Entry.Operation.update
    /// What managedFields name instead of the subresource that is written through: `scale`.
    var trackedSubresource: String?
    /// The version that the write speaks; the stored one where `nil`.
    var apiVersion: String?
    /// How the client put it, where it says more than the field manager.
    var manner = WriteManner()
    /// Takes what the user is to be told beside the answer.
    var warnings: WarningList?
    /// Where the request is written down; `nil` where it is not.
    var audit: AuditTrail?
    /// Where the request is traced; `nil` where it is not.
    var trace: RequestTrace?
    /// What webhooks see in place of the object.
    var view: AdmissionView?
    /// Another request, about which webhooks have been asked, makes this write.
    var skipsWebhooks = false
    /// A delete that looks at nothing but metadata: objects stay in the version they are stored in.
    var keepsStoredVersion = false

    package init(user: User, isDryRun: Bool = false, fieldManager: String = "") {
      self.user = user
      self.isDryRun = isDryRun
      self.fieldManager = fieldManager
    }
  }

  /// What a write left behind.
  package enum Outcome: Sendable {
    case stored(CachedObject)
    /// A dry run's result, or an object that the write removed.
    case unstored(Document)

    package var document: Document {
      switch self {
      case .stored(let object): object.document
      case .unstored(let document): document
      }
    }
  }

  package typealias Completion = @Sendable (Result<Outcome, APIError>) -> Void

  /// Reads one object from the cache. Where a webhook converts, call `read`.
  package func get(namespace: String?, name: String) throws(APIError) -> CachedObject {
    guard let object = current(namespace, name) else {
      throw APIError.notFound(resource, name)
    }
    return object
  }

  /// A cached object as this collection shows it.
  package func shown(_ object: CachedObject) -> CachedObject {
    versions == nil ? object : shownInVersion(object)
  }

  /// The object as it stands now; `nil` where there is none.
  package func current(_ namespace: String?, _ name: String) -> CachedObject? {
    cache.object(namespace: namespace ?? "", name: name).map(shown)
  }

  func key(_ namespace: String?, _ name: String) -> Key {
    Key.object(cache.prefix, namespace: namespace ?? "", name: name)
  }

  /// Commits one object; the completion gets it as everyone sees it from now on.
  func commit(
    _ object: Document, _ trace: RequestTrace?, _ write: (PreparedObject) -> Write,
    completion: @escaping @Sendable (Result<CachedObject, StoreError>) -> Void
  ) throws(APIError) {
    let prepared: PreparedObject
    do throws(StoredObjectError) {
      prepared = try PreparedObject(object)
    } catch {
      throw .internalError("\(resource.kind) cannot be stored: \(error)")
    }
    commit(write(prepared), trace) { result in
      completion(
        result.flatMap { _ in
          // The cache of this process covers every key that a collection writes.
          prepared.committed.map { .success($0) } ?? .failure(.closed)
        })
    }
  }

  /// Commits one write, and counts how long that took.
  func commit(
    _ write: Write, _ trace: RequestTrace?,
    completion: @escaping @Sendable (Result<Revision, StoreError>) -> Void
  ) {
    let part = trace?.call("store commit")
    part?.tell("resource", resource.description)
    let start = ContinuousClock.now
    store.commit(Transaction(write)) { [writes] result in
      writes.add(ContinuousClock.now - start)
      part?.end(with: result)
      completion(result)
    }
  }

  func admissionWrite(
    _ operation: AdmissionWrite.Operation, namespace: String?, name: String, subresource: String?,
    old: Document?, _ context: WriteContext, deleteOptions: DeleteOptions? = nil
  ) -> AdmissionWrite {
    var write = AdmissionWrite(
      operation: operation, resource: resource, subresource: subresource, namespace: namespace,
      name: name, user: context.user, isDryRun: context.isDryRun, old: old)
    write.manner = context.manner
    write.manner.fieldManager = context.fieldManager
    write.deleteOptions = deleteOptions
    write.warnings = context.warnings
    write.audit = context.audit
    write.trace = context.trace
    if context.view == nil {
      write.versions = versions
      write.conversion = conversion
    }
    write.view = admissionView(subresource, context)
    return write
  }

  /// The context's own, or the version that the client speaks where it is not the stored one.
  private func admissionView(_ subresource: String?, _ context: WriteContext) -> AdmissionView? {
    if let view = context.view { return view }
    guard let versions, let spoken = context.apiVersion, spoken != resource.apiVersion,
      let version = versions.version(spoken)
    else { return nil }
    return AdmissionView(
      subresource: subresource, kind: version.kind, isVersion: true,
      shown: { versions.converted($0, to: spoken) },
      merged: { _, shown in versions.storedForm(of: shown) })
  }

  func requireValid(
    _ new: Document, old: Document?, subresource: String? = nil, _ context: WriteContext
  ) throws(APIError) {
    let errors = validate(new, old, subresource, context.apiVersion ?? resource.apiVersion)
    guard !errors.isEmpty else { return }
    throw APIError.invalid(
      resource, new[path: "metadata", "name"]?.string ?? "", errors.map(\.cause))
  }

  func apiError(_ error: StoreError, name: String) -> APIError {
    switch error {
    case .keyExists: .alreadyExists(resource, name)
    case .staleWrite: .stale(resource, name)
    case .notFound: .notFound(resource, name)
    case .tooLarge:
      APIError(code: 413, reason: .requestEntityTooLarge, message: error.description)
    case .overloaded:
      APIError(code: 429, reason: .tooManyRequests, message: error.description)
    case .diskFull:
      APIError(code: 507, reason: .internalError, message: error.description)
    case .closed:
      APIError(code: 503, reason: .serviceUnavailable, message: "the server is stopping")
    default: .internalError(error.description)
    }
  }
}
