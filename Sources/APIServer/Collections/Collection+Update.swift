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
      let retry: (@Sendable () -> Void)? =
        tiedVersion.isEmpty && attemptsLeft > 1
        ? { @Sendable [self] in
          update(
            namespace: namespace, name: name, subresource: subresource, context,
            whenMissing: whenMissing, attemptsLeft: attemptsLeft - 1, change, completion)
        } : nil
      let replacement = Replacement(
        current: current, context: context,
        write: admissionWrite(
          .update, namespace: namespace, name: name, subresource: subresource, old: old, context),
        retry: retry, completion: completion)
      var ready = try preparation.updated(old, with: sent, subresource: subresource)
      applyDefaults(&ready)
      ready = tracked(old, ready, subresource, context)
      try admission.admit(&ready, replacement.write, .mutating)
      guard let hooks = try mutatingWebhooks(ready, replacement.write, context) else {
        return try validate(ready, replacement)
      }
      mutate(
        ready, by: hooks, replacement.write, context,
        complete: { [self] (patched: Document) throws(APIError) in
          var again = try preparation.updated(old, with: patched, subresource: subresource)
          applyDefaults(&again)
          return again
        },
        then: { [self] result in
          do throws(APIError) {
            try validate(try result.get(), replacement)
          } catch {
            completion(.failure(error))
          }
        })
    } catch {
      completion(.failure(error))
    }
  }

  /// One attempt to replace an object, with all that is settled before admission.
  private struct Replacement: Sendable {
    let current: CachedObject
    let context: WriteContext
    let write: AdmissionWrite
    /// Another write came first; `nil` where the client tied its own to a version.
    let retry: (@Sendable () -> Void)?
    let completion: Completion
  }

  private func validate(_ completed: Document, _ replacement: Replacement) throws(APIError) {
    try validated(
      completed, replacement.write, replacement.context,
      failed: { replacement.completion(.failure($0)) },
      store: { [self] (valid: Document) throws(APIError) in try store(valid, replacement) })
  }

  private func store(_ valid: Document, _ replacement: Replacement) throws(APIError) {
    let write = replacement.write
    let current = replacement.current
    let completion = replacement.completion
    var checked = valid
    try admission.admit(&checked, write, .validating)
    let ready = checked
    if ready == current.document || replacement.context.isDryRun {
      admission.settle(ready, write)
      return completion(
        .success(ready == current.document ? .stored(current) : .unstored(ready)))
    }
    let finish: @Sendable (Result<Outcome, StoreError>) -> Void = { [self] result in
      admission.settle(ready, write)
      switch result {
      case .success(let outcome): completion(.success(outcome))
      case .failure(let error):
        if case .staleWrite = error, let retry = replacement.retry { return retry() }
        completion(.failure(apiError(error, name: write.name)))
      }
    }
    let key = key(write.namespace, write.name)
    if deletion().isFinished(ready) {
      store.commit(Transaction(.delete(key, ifAt: current.modRevision))) { result in
        finish(result.map { _ in .unstored(ready) })
      }
    } else {
      let commitment: (PreparedObject) -> Write = { .update(key, $0, ifAt: current.modRevision) }
      do throws(APIError) {
        try commit(ready, commitment) { finish($0.map { .stored($0) }) }
      } catch {
        admission.settle(ready, write)
        throw error
      }
    }
  }

  func deletion() -> Deletion {
    Deletion(resource: resource, rules: rules, now: Int(now().seconds))
  }
}
