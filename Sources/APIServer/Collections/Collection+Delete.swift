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
    guard let stored = cache.object(namespace: namespace ?? "", name: name) else {
      return completion(.failure(.notFound(resource, name)))
    }
    let retry: (@Sendable () -> Void)? =
      options.resourceVersion == nil && attemptsLeft > 1
      ? { @Sendable [self] in
        delete(
          namespace: namespace, name: name, options: options, context,
          attemptsLeft: attemptsLeft - 1, completion)
      } : nil
    @Sendable func removal(_ current: CachedObject) -> Removal {
      Removal(
        current: current, options: options, context: context, retry: retry, completion: completion)
    }
    guard let conversion, !context.keepsStoredVersion else {
      return admit(
        removal(context.keepsStoredVersion ? stored : shown(stored)), namespace, name)
    }
    // Ends with the webhook's timeout at the latest.
    Task {
      do throws(APIError) {
        try await conversion.convert([stored], to: resource.apiVersion)
        admit(removal(shown(stored)), namespace, name)
      } catch {
        completion(.failure(error))
      }
    }
  }

  private func admit(_ removal: Removal, _ namespace: String?, _ name: String) {
    do throws(APIError) {
      var object = removal.current.document
      let write = admissionWrite(
        .delete, namespace: namespace, name: name, subresource: nil, old: object, removal.context,
        deleteOptions: removal.options)
      for stage in AdmissionStage.allCases { try admission.admit(&object, write, stage) }
      try askWebhooks(
        write, removal.context, failed: { removal.completion(.failure($0)) },
        then: { [self] () throws(APIError) in try remove(removal, write) })
    } catch {
      removal.completion(.failure(error))
    }
  }

  /// One attempt to delete an object.
  private struct Removal: Sendable {
    let current: CachedObject
    let options: DeleteOptions
    let context: WriteContext
    /// Another write came first; `nil` where the client tied the delete to a version.
    let retry: (@Sendable () -> Void)?
    let completion: Completion
  }

  private func remove(_ removal: Removal, _ write: AdmissionWrite) throws(APIError) {
    let current = removal.current
    let completion = removal.completion
    let failed: @Sendable (StoreError) -> Void = { [self] error in
      if case .staleWrite = error, let retry = removal.retry { return retry() }
      completion(.failure(apiError(error, name: write.name)))
    }
    let key = key(write.namespace, write.name)
    switch try deletion().step(current.document, removal.options) {
    case .alreadyMarked: completion(.success(.stored(current)))
    case .remove where removal.context.isDryRun:
      completion(.success(.unstored(current.document)))
    case .mark(let marked) where removal.context.isDryRun: completion(.success(.unstored(marked)))
    case .remove:
      commit(.delete(key, ifAt: current.modRevision), removal.context.trace) { result in
        switch result {
        case .success: completion(.success(.unstored(current.document)))
        case .failure(let error): failed(error)
        }
      }
    case .mark(let marked):
      let finish: @Sendable (Result<CachedObject, StoreError>) -> Void = { result in
        switch result {
        case .success(let stored): completion(.success(.stored(stored)))
        case .failure(let error): failed(error)
        }
      }
      if let conversion, !removal.context.keepsStoredVersion {
        return commit(
          marked, through: conversion, removal.context.trace,
          { .update(key, $0, ifAt: current.modRevision) },
          failed: { completion(.failure($0)) }, completion: finish)
      }
      let commitment: (PreparedObject) -> Write = { .update(key, $0, ifAt: current.modRevision) }
      try commit(marked, removal.context.trace, commitment, completion: finish)
    }
  }
}
