import Resources
import Store

/// How a collection whose objects a webhook converts reads and writes. Each wait ends with the
/// webhook's timeout at the latest.
extension Collection {
  /// Reads one object; `completion` is called at once where nobody has to be asked.
  func read(
    namespace: String?, name: String,
    completion: @escaping @Sendable (Result<CachedObject, APIError>) -> Void
  ) {
    guard let stored = cache.object(namespace: namespace ?? "", name: name) else {
      return completion(.failure(.notFound(resource, name)))
    }
    ready([stored]) { [self] error in
      completion(error.map { .failure($0) } ?? .success(shown(stored)))
    }
  }

  /// Readies cached objects for being `shown`.
  /// - Parameter then: called at once where nobody has to be asked; with an error where the webhook
  ///   did not convert them.
  func ready(
    _ objects: some Sequence<CachedObject> & Sendable,
    then: @escaping @Sendable (APIError?) -> Void
  ) {
    let apiVersion = resource.apiVersion
    guard let conversion,
      objects.contains(where: { conversion.mustAsk(about: $0, in: apiVersion) })
    else { return then(nil) }
    Task {
      do throws(APIError) {
        try await conversion.convert(objects, to: apiVersion)
        then(nil)
      } catch {
        then(error)
      }
    }
  }

  /// An object in this collection's version, or as it is stored where a webhook would be needed.
  func known(_ object: CachedObject) -> CachedObject { conversion == nil ? shown(object) : object }

  /// Commits the stored version of an object; the completion gets it in this collection's version.
  /// - Parameter failed: called instead where the webhook does not convert it.
  func commit(
    _ object: Document, through conversion: CustomConversion, _ trace: RequestTrace?,
    _ write: @escaping @Sendable (PreparedObject) -> Write,
    failed: @escaping @Sendable (APIError) -> Void,
    completion: @escaping @Sendable (Result<CachedObject, StoreError>) -> Void
  ) {
    Task {
      do throws(APIError) {
        try commit(try await conversion.stored(object), trace, write) { [self] result in
          switch result {
          case .success(let stored):
            ready([stored]) { error in
              if let error { failed(error) } else { completion(.success(self.shown(stored))) }
            }
          case .failure: completion(result)
          }
        }
      } catch {
        failed(error)
      }
    }
  }
}
