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
      Wish(
        namespace: namespace, name: name, subresource: subresource, context: context,
        whenMissing: whenMissing, change: change, completion: completion),
      attemptsLeft: Self.attemptsMax)
  }

  /// What is to be changed.
  private struct Wish: Sendable {
    let namespace: String?
    let name: String
    let subresource: String?
    let context: WriteContext
    let whenMissing: Document?
    let change: @Sendable (Document) throws(APIError) -> Document
    let completion: Completion
  }

  private func update(_ wish: Wish, attemptsLeft: Int) {
    guard let stored = cache.object(namespace: wish.namespace ?? "", name: wish.name) else {
      if let whenMissing = wish.whenMissing {
        return create(
          namespace: wish.namespace, name: wish.name, whenMissing, wish.context,
          completion: wish.completion)
      }
      return wish.completion(.failure(.notFound(resource, wish.name)))
    }
    guard let conversion else {
      do throws(APIError) {
        let current = shown(stored)
        try admit(try changed(current, wish), current, stored, wish, attemptsLeft)
      } catch {
        wish.completion(.failure(error))
      }
      return
    }
    // Ends with the webhook's timeouts at the latest.
    Task {
      do throws(APIError) {
        try await conversion.convert([stored], to: resource.apiVersion)
        let current = shown(stored)
        let changed = try await conversion.deciding { () throws(APIError) in
          try self.changed(current, wish)
        }
        try admit(changed, current, stored, wish, attemptsLeft)
      } catch {
        wish.completion(.failure(error))
      }
    }
  }

  /// What a wish makes of an object, before admission.
  private struct Change: Sendable {
    let object: Document
    /// The client tied the write to a version: it is not tried again.
    let isTied: Bool
  }

  private func changed(_ current: CachedObject, _ wish: Wish) throws(APIError) -> Change {
    let old = current.document
    let sent = try wish.change(old)
    let tiedVersion = sent[path: "metadata", "resourceVersion"]?.string ?? ""
    if !tiedVersion.isEmpty && tiedVersion != current.modRevision.description {
      throw APIError.stale(resource, wish.name)
    }
    var ready = try preparation.updated(old, with: sent, subresource: wish.subresource)
    applyDefaults(&ready)
    return Change(
      object: tracked(old, ready, wish.subresource, wish.context), isTied: !tiedVersion.isEmpty)
  }

  private func admit(
    _ change: Change, _ current: CachedObject, _ stored: CachedObject, _ wish: Wish,
    _ attemptsLeft: Int
  ) throws(APIError) {
    let old = current.document
    let retry: (@Sendable () -> Void)? =
      !change.isTied && attemptsLeft > 1
      ? { @Sendable [self] in update(wish, attemptsLeft: attemptsLeft - 1) } : nil
    let replacement = Replacement(
      current: current, stored: stored, context: wish.context,
      write: admissionWrite(
        .update, namespace: wish.namespace, name: wish.name, subresource: wish.subresource,
        old: old, wish.context),
      retry: retry, completion: wish.completion)
    var ready = change.object
    try admission.admit(&ready, replacement.write, .mutating)
    guard let mutators = try mutators(of: ready, replacement.write, wish.context) else {
      return try validate(ready, replacement)
    }
    mutate(
      ready, by: mutators, replacement.write,
      complete: { [self] (patched: Document) throws(APIError) in
        var again = try preparation.updated(old, with: patched, subresource: wish.subresource)
        applyDefaults(&again)
        return again
      },
      then: { [self] result in
        do throws(APIError) {
          try validate(try result.get(), replacement)
        } catch {
          wish.completion(.failure(error))
        }
      })
  }

  /// One attempt to replace an object, with all that is settled before admission. A class, as `Creation`
  /// is.
  private final class Replacement: Sendable {
    /// The object as the writer knows it, and as it is stored.
    let current: CachedObject
    let stored: CachedObject
    let context: WriteContext
    let write: AdmissionWrite
    /// Another write came first; `nil` where the client tied its own to a version.
    let retry: (@Sendable () -> Void)?
    let completion: Completion

    init(
      current: CachedObject, stored: CachedObject, context: WriteContext, write: AdmissionWrite,
      retry: (@Sendable () -> Void)?, completion: @escaping Completion
    ) {
      self.current = current
      self.stored = stored
      self.context = context
      self.write = write
      self.retry = retry
      self.completion = completion
    }
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
    // What changes nothing still brings an object into the version that is stored now.
    let isSame = ready == current.document && isStoredVersion(replacement.stored)
    if isSame || replacement.context.isDryRun {
      admission.settle(ready, write)
      return completion(.success(isSame ? .stored(current) : .unstored(ready)))
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
      commit(.delete(key, ifAt: current.modRevision), replacement.context.trace) { result in
        finish(result.map { _ in .unstored(ready) })
      }
    } else {
      if let conversion {
        return commit(
          ready, through: conversion, replacement.context.trace,
          { .update(key, $0, ifAt: current.modRevision) },
          failed: { [admission] error in
            admission.settle(ready, write)
            completion(.failure(error))
          }, completion: { finish($0.map { .stored($0) }) })
      }
      let commitment: (PreparedObject) -> Write = { .update(key, $0, ifAt: current.modRevision) }
      do throws(APIError) {
        try commit(ready, replacement.context.trace, commitment) { finish($0.map { .stored($0) }) }
      } catch {
        admission.settle(ready, write)
        throw error
      }
    }
  }

  private func isStoredVersion(_ object: CachedObject) -> Bool {
    guard let versions else { return true }
    return object.document["apiVersion"]?.string == versions.stored.kind.apiVersion
  }

  func deletion() -> Deletion {
    Deletion(resource: resource, rules: rules, now: Int(now().seconds))
  }
}
