import Foundations
package import Resources
import Store

extension Collection {
  /// A write that lost a race against another is tried anew this often, where the caller did not
  /// tie it to a version.
  private static let attemptsMax = 10

  /// Replaces an object or one of its subresources with what `change` makes of it.
  /// - Parameters:
  ///   - change: given the stored object, returns the client's wish for it. Called again when
  ///     another write came between; pure.
  ///   - whenMissing: the object to create where there is none; `nil` answers 404.
  package func update(
    namespace: String?, name: String, subresource: String? = nil, _ context: WriteContext,
    whenMissing: Document? = nil,
    change: @escaping @Sendable (Document) throws(APIError) -> Document,
    completion: @escaping Completion
  ) {
    if let view {
      return view.update(
        namespace: namespace, name: name, subresource, context, whenMissing: whenMissing, change,
        completion)
    }
    update(
      namespace: namespace, name: name, subresource: subresource, context,
      whenMissing: whenMissing, attemptsLeft: Self.attemptsMax, change, completion)
  }

  private func update(
    namespace: String?, name: String, subresource: String?, _ context: WriteContext,
    whenMissing: Document?, attemptsLeft: Int,
    _ change: @escaping @Sendable (Document) throws(APIError) -> Document,
    _ completion: @escaping Completion
  ) {
    guard let current = current(namespace, name) else {
      if let whenMissing {
        return create(
          namespace: namespace, name: name, whenMissing, context, completion: completion)
      }
      return completion(.failure(.notFound(resource, name)))
    }
    do throws(APIError) {
      let old = current.document
      let sent = try change(old)
      let tiedVersion = sent[path: "metadata", "resourceVersion"]?.string ?? ""
      if !tiedVersion.isEmpty && tiedVersion != current.modRevision.description {
        throw APIError.stale(resource, name)
      }
      let write = admissionWrite(
        .update, namespace: namespace, name: name, subresource: subresource, old: old, context)
      let ready = try readyForUpdate(old, sent, write, context)
      if ready == old || context.isDryRun {
        admission.settle(ready, write)
        return completion(.success(ready == old ? .stored(current) : .unstored(ready)))
      }
      let finish: @Sendable (Result<Outcome, StoreError>) -> Void = { [self] result in
        admission.settle(ready, write)
        switch result {
        case .success(let outcome): completion(.success(outcome))
        case .failure(let error):
          if case .staleWrite = error, tiedVersion.isEmpty, attemptsLeft > 1 {
            return update(
              namespace: namespace, name: name, subresource: subresource, context,
              whenMissing: whenMissing, attemptsLeft: attemptsLeft - 1, change, completion)
          }
          completion(.failure(apiError(error, name: name)))
        }
      }
      let key = key(namespace, name)
      if deletion().isFinished(ready) {
        store.commit(Transaction(.delete(key, ifAt: current.modRevision))) { result in
          finish(result.map { _ in .unstored(ready) })
        }
      } else {
        let replacement: (PreparedObject) -> Write = { .update(key, $0, ifAt: current.modRevision) }
        try commit(ready, replacement) { finish($0.map { .stored($0) }) }
      }
    } catch {
      completion(.failure(error))
    }
  }

  /// Everything between a client's wish and the bytes to store.
  private func readyForUpdate(
    _ old: Document, _ sent: Document, _ write: AdmissionWrite, _ context: WriteContext
  ) throws(APIError) -> Document {
    var ready = try preparation.updated(old, with: sent, subresource: write.subresource)
    applyDefaults(&ready)
    ready = tracked(old, ready, write.subresource, context)
    try admission.admit(&ready, write)
    do throws(APIError) {
      try requireValid(ready, old: old, subresource: write.subresource, context)
    } catch {
      admission.settle(ready, write)
      throw error
    }
    return preparation.generationCounted(old, ready, subresource: write.subresource)
  }

  func deletion() -> Deletion {
    Deletion(resource: resource, rules: rules, now: Int(now().seconds))
  }
}
