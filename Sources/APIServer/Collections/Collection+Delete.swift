import Foundations
package import Resources
import Store

extension Collection {
  private static let attemptsMax = 10

  /// Deletes an object, or marks it for a later end. The outcome holds the object as it now
  /// stands, or as it last stood.
  package func delete(
    namespace: String?, name: String, options: DeleteOptions, _ context: WriteContext,
    completion: @escaping Completion
  ) {
    if let view {
      return view.storage.delete(
        namespace: namespace, name: name, options: options, context,
        completion: view.showing(completion))
    }
    delete(
      namespace: namespace, name: name, options: options, context, attemptsLeft: Self.attemptsMax,
      completion)
  }

  private func delete(
    namespace: String?, name: String, options: DeleteOptions, _ context: WriteContext,
    attemptsLeft: Int, _ completion: @escaping Completion
  ) {
    guard let current = current(namespace, name) else {
      return completion(.failure(.notFound(resource, name)))
    }
    do throws(APIError) {
      var object = current.document
      let write = admissionWrite(
        .delete, namespace: namespace, name: name, subresource: nil, old: object, context)
      try admission.admit(&object, write)
      let step = try deletion().step(current.document, options)
      let retry: @Sendable (StoreError) -> Void = { [self] error in
        if case .staleWrite = error, options.resourceVersion == nil, attemptsLeft > 1 {
          return delete(
            namespace: namespace, name: name, options: options, context,
            attemptsLeft: attemptsLeft - 1, completion)
        }
        completion(.failure(apiError(error, name: name)))
      }
      let key = key(namespace, name)
      switch step {
      case .alreadyMarked: completion(.success(.stored(current)))
      case .remove where context.isDryRun: completion(.success(.unstored(current.document)))
      case .mark(let marked) where context.isDryRun: completion(.success(.unstored(marked)))
      case .remove:
        store.commit(Transaction(.delete(key, ifAt: current.modRevision))) { result in
          switch result {
          case .success: completion(.success(.unstored(current.document)))
          case .failure(let error): retry(error)
          }
        }
      case .mark(let marked):
        let write: (PreparedObject) -> Write = { .update(key, $0, ifAt: current.modRevision) }
        try commit(marked, write) { result in
          switch result {
          case .success(let stored): completion(.success(.stored(stored)))
          case .failure(let error): retry(error)
          }
        }
      }
    } catch {
      completion(.failure(error))
    }
  }
}
