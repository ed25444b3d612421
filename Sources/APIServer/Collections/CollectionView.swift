import Resources
import Store

/// How a collection shows the objects of another one in its own version: what clients send is read
/// as the stored version, what the storage answers as this one.
struct CollectionView: Sendable {
  let storage: Collection
  let versions: VersionedKind
  let apiVersion: String

  func create(
    namespace: String?, name: String?, _ object: Document, _ context: Collection.WriteContext,
    _ completion: @escaping Collection.Completion
  ) {
    storage.create(
      namespace: namespace, name: name, stored(object), speaking(context),
      completion: showing(completion))
  }

  func update(
    namespace: String?, name: String, _ subresource: String?, _ context: Collection.WriteContext,
    whenMissing: Document?,
    _ change: @escaping @Sendable (Document) throws(APIError) -> Document,
    _ completion: @escaping Collection.Completion
  ) {
    storage.update(
      namespace: namespace, name: name, subresource: subresource, speaking(context),
      whenMissing: whenMissing.map(stored),
      change: { (old: Document) throws(APIError) in
        stored(try change(versions.converted(old, to: apiVersion)))
      }, completion: showing(completion))
  }

  /// An object as a client of this version sent it; where it does not say so, it is of this version.
  private func stored(_ object: Document) -> Document {
    var object = object
    object["apiVersion"] = Document(apiVersion)
    return versions.storedForm(of: object)
  }

  func speaking(_ context: Collection.WriteContext) -> Collection.WriteContext {
    var context = context
    context.apiVersion = apiVersion
    return context
  }

  func showing(_ completion: @escaping Collection.Completion) -> Collection.Completion {
    { result in
      completion(
        result.map { outcome in
          switch outcome {
          case .stored(let object): .stored(versions.shown(object, in: apiVersion))
          case .unstored(let object): .unstored(versions.converted(object, to: apiVersion))
          }
        })
    }
  }
}

extension Collection {
  func shownInVersion(_ object: CachedObject) -> CachedObject {
    if let conversion { return conversion.shown(object, in: resource.apiVersion) }
    return versions?.shown(object, in: resource.apiVersion) ?? object
  }
}

extension VersionedKind {
  /// A cached object in a version. Objects of the version they are asked in cost one comparison.
  func shown(_ object: CachedObject, in apiVersion: String) -> CachedObject {
    let isOld = refresh?.isNeeded(object.modRevision) ?? false
    guard isOld || object.document["apiVersion"]?.string != apiVersion else { return object }
    do throws(StoredObjectError) {
      return try object.shown(in: apiVersion, generation: refresh?.generation ?? 0) {
        let converted = converted($0, to: apiVersion)
        return isOld ? refresh?.apply(converted, apiVersion) ?? converted : converted
      }
    } catch {
      preconditionFailure("a conversion to \(apiVersion) lost an object's metadata: \(error)")
    }
  }
}
