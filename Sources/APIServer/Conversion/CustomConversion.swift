import Resources
import Store
import Synchronization

/// Shows the objects of a custom resource in each of its versions, where a webhook converts them.
///
/// What was converted once is kept with the cached object, as the views of built-in kinds are, for all
/// who ask after: one for each version that is served. Those who ask at the same time share the call.
final class CustomConversion: Sendable {
  private let webhook: ConversionWebhook
  private let versions: [String: CustomVersion]
  private let storedVersion: CustomVersion
  /// Of the definition: what was converted for another state of it is asked for again.
  private let generation: Int
  private let start: SchemaStart
  private let underWay = Mutex<[Question: Task<APIError?, Never>]>([:])

  private struct Question: Hashable {
    let object: ObjectIdentifier
    let apiVersion: String
  }

  init(
    _ webhook: ConversionWebhook, versions: [CustomVersion], stored: CustomVersion,
    generation: Int, start: SchemaStart
  ) {
    self.webhook = webhook
    self.versions = Dictionary(
      versions.map { ($0.kind.apiVersion, $0) }, uniquingKeysWith: { first, _ in first })
    storedVersion = stored
    self.generation = generation
    self.start = start
  }

  // MARK: Cached objects

  /// Whether the webhook has to be asked before an object can be shown.
  func mustAsk(about object: CachedObject, in apiVersion: String) -> Bool {
    object.document["apiVersion"]?.string != apiVersion
      && object.kept(in: apiVersion)?.generation != generation
  }

  /// An object in a version, without waiting: `convert` was called before where `mustAsk`.
  func shown(_ object: CachedObject, in apiVersion: String) -> CachedObject {
    guard object.document["apiVersion"]?.string == apiVersion else {
      guard let kept = object.kept(in: apiVersion)?.object else {
        preconditionFailure("\(object.key) is shown in \(apiVersion) before it was converted")
      }
      return kept
    }
    guard start.isBefore(object.modRevision), let version = versions[apiVersion] else {
      return object
    }
    do throws(StoredObjectError) {
      return try object.shown(in: apiVersion, generation: generation) { version.refreshed($0) }
    } catch {
      preconditionFailure("a schema took an object's metadata: \(error)")
    }
  }

  /// Makes sure that all `objects` can be shown in a version: asks the webhook about those that it
  /// was not asked about yet, at once. Cost is O(objects) where nothing is missing.
  func convert(_ objects: some Sequence<CachedObject>, to apiVersion: String)
    async throws(APIError)
  {
    let missing = objects.filter { mustAsk(about: $0, in: apiVersion) }
    if missing.isEmpty { return }
    let calls = calls(about: missing, apiVersion)
    if let own = calls.own, let error = await own.value { throw error }
    var isAnswered = true
    for other in calls.others where await other.value != nil { isAnswered = false }
    if isAnswered { return }
    // What went wrong there need not be about these objects.
    let rest = missing.filter { mustAsk(about: $0, in: apiVersion) }
    if let error = await ask(rest, apiVersion) { throw error }
  }

  /// The calls that will answer for `objects`: those under way, and one of their own for the rest.
  private func calls(about objects: [CachedObject], _ apiVersion: String)
    -> (own: Task<APIError?, Never>?, others: Set<Task<APIError?, Never>>)
  {
    underWay.withLock { underWay in
      var others: Set<Task<APIError?, Never>> = []
      var rest: [CachedObject] = []
      for object in objects {
        let question = Question(object: ObjectIdentifier(object), apiVersion: apiVersion)
        if let task = underWay[question] { others.insert(task) } else { rest.append(object) }
      }
      if rest.isEmpty { return (nil, others) }
      let asked = rest
      // Belongs to all who wait for it; ends with the webhook's timeout at the latest.
      let own = Task { await self.ask(asked, apiVersion) }
      for object in asked {
        underWay[Question(object: ObjectIdentifier(object), apiVersion: apiVersion)] = own
      }
      return (own, others)
    }
  }

  private func ask(_ objects: [CachedObject], _ apiVersion: String) async -> APIError? {
    var failure: APIError?
    do throws(APIError) {
      let converted = try await converted(objects.map(current), to: apiVersion)
      for (object, converted) in zip(objects, converted) { try keep(converted, object, apiVersion) }
    } catch {
      failure = error
    }
    underWay.withLock { underWay in
      for object in objects {
        underWay[Question(object: ObjectIdentifier(object), apiVersion: apiVersion)] = nil
      }
    }
    return failure
  }

  /// An object as the newest schema of its own version has it.
  private func current(_ object: CachedObject) -> Document {
    guard start.isBefore(object.modRevision),
      let version = versions[object.document["apiVersion"]?.string ?? ""]
    else { return object.document }
    return version.refreshed(object.document)
  }

  private func keep(_ converted: Document, _ object: CachedObject, _ apiVersion: String)
    throws(APIError)
  {
    do throws(StoredObjectError) {
      _ = try object.shown(in: apiVersion, generation: generation) { _ in converted }
    } catch {
      throw .internalError("\(object.key) cannot be shown in \(apiVersion): \(error)")
    }
  }

  // MARK: Documents

  /// An object as it is stored.
  func stored(_ object: Document) async throws(APIError) -> Document {
    let apiVersion = storedVersion.kind.apiVersion
    if object["apiVersion"]?.string == apiVersion { return object }
    return try await converted([object], to: apiVersion)[0]
  }

  /// Documents in a version, as its schema has them.
  private func converted(_ objects: [Document], to apiVersion: String) async throws(APIError)
    -> [Document]
  {
    guard let version = versions[apiVersion] else {
      throw .internalError("\(apiVersion) is no version of \(storedVersion.kind.kind)")
    }
    return try await webhook.convert(objects, to: apiVersion).map {
      VersionedKind.headed(version.refreshed($0), version.kind)
    }
  }

  // MARK: Decisions that convert

  /// More rounds than a decision needs to name all that it has to see converted: it looks at the
  /// object before and after, merged and pruned, in each version.
  private static let roundsMax = 16

  /// Runs a pure decision that converts documents in passing (`VersionedKind.converted`): it is made
  /// with what is known, what it missed is asked for, and it is made again, until nothing is missing.
  func deciding<Value>(_ decide: () throws(APIError) -> Value) async throws(APIError) -> Value {
    let answers = ConversionAnswers()
    for _ in 0..<Self.roundsMax {
      let outcome = ConversionAnswers.$current.withValue(answers) {
        Result { () throws(APIError) in try decide() }
      }
      let missing = answers.takeMissing()
      if missing.isEmpty { return try outcome.get() }
      for (apiVersion, objects) in missing {
        answers.add(try await converted(objects, to: apiVersion), of: objects, in: apiVersion)
      }
    }
    throw .internalError("the conversions of one write have no end")
  }
}
