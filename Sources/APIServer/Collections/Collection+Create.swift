import Foundations
package import Resources
import Store

extension Collection {
  /// A generated name that is taken is tried anew this often.
  private static let nameAttemptsMax = 8

  /// Stores a new object. `completion` is called once, from any thread.
  package func create(
    namespace: String?, name: String? = nil, _ object: Document, _ context: WriteContext,
    completion: @escaping Completion
  ) {
    if rules.refusesCreates {
      return completion(
        .failure(
          .methodNotAllowed(
            "create not allowed while custom resource definition is terminating")))
    }
    if let view {
      return view.create(namespace: namespace, name: name, object, context, completion)
    }
    create(
      namespace: namespace, name: name, object, context, attemptsLeft: Self.nameAttemptsMax,
      completion)
  }

  /// One attempt to create an object, with all that is settled before admission. A class, since each of
  /// the steps would copy two dozen references.
  private final class Creation: Sendable {
    let name: String
    let uid: String
    let moment: String
    let context: WriteContext
    let write: AdmissionWrite
    /// The name is taken; `nil` where the client chose it.
    let retry: (@Sendable () -> Void)?
    let completion: Completion

    init(
      name: String, uid: String, moment: String, context: WriteContext, write: AdmissionWrite,
      retry: (@Sendable () -> Void)?, completion: @escaping Completion
    ) {
      self.name = name
      self.uid = uid
      self.moment = moment
      self.context = context
      self.write = write
      self.retry = retry
      self.completion = completion
    }
  }

  private func create(
    namespace: String?, name wanted: String?, _ object: Document, _ context: WriteContext,
    attemptsLeft: Int, _ completion: @escaping Completion
  ) {
    do throws(APIError) {
      let (name, isGenerated) = chosenName(object, wanted)
      let retry: (@Sendable () -> Void)? =
        isGenerated && attemptsLeft > 1
        ? { @Sendable [self] in
          create(
            namespace: namespace, name: wanted, object, context, attemptsLeft: attemptsLeft - 1,
            completion)
        } : nil
      let creation = Creation(
        name: name, uid: UID.random().description, moment: now().description, context: context,
        write: admissionWrite(
          .create, namespace: namespace, name: name, subresource: nil, old: nil, context),
        retry: retry, completion: completion)
      let ready = try completed(object, creation)
      guard let conversion else { return try admit(tracked(nil, ready, nil, context), creation) }
      // Ends with the webhook's timeouts at the latest.
      Task {
        do throws(APIError) {
          try admit(
            try await conversion.deciding { tracked(nil, ready, nil, context) }, creation)
        } catch {
          completion(.failure(error))
        }
      }
    } catch {
      completion(.failure(error))
    }
  }

  /// The object with what the server adds, and its defaults.
  private func completed(_ object: Document, _ creation: Creation) throws(APIError) -> Document {
    var ready = try preparation.created(
      object, namespace: creation.write.namespace, name: creation.name, uid: creation.uid,
      now: creation.moment)
    applyDefaults(&ready)
    return ready
  }

  private func admit(_ tracked: Document, _ creation: Creation) throws(APIError) {
    var ready = tracked
    rules.onCreate(&ready)
    try admission.admit(&ready, creation.write, .mutating)
    guard let mutators = try mutators(of: ready, creation.write, creation.context) else {
      return try validate(ready, creation)
    }
    mutate(
      ready, by: mutators, creation.write,
      complete: { [self] (patched: Document) throws(APIError) in
        var again = try completed(patched, creation)
        rules.onCreate(&again)
        return again
      },
      then: { [self] result in
        do throws(APIError) {
          try validate(try result.get(), creation)
        } catch {
          creation.completion(.failure(error))
        }
      })
  }

  private func validate(_ completed: Document, _ creation: Creation) throws(APIError) {
    try validated(
      completed, creation.write, creation.context, failed: { creation.completion(.failure($0)) },
      store: { [self] (valid: Document) throws(APIError) in try store(valid, creation) })
  }

  private func store(_ valid: Document, _ creation: Creation) throws(APIError) {
    // Validation has told of it beside whatever else is wrong; nothing is stored under no name.
    guard !creation.name.isEmpty else { throw Self.nameRequired(resource) }
    let write = creation.write
    let completion = creation.completion
    var ready = valid
    try admission.admit(&ready, write, .validating)
    if creation.context.isDryRun {
      admission.settle(ready, write)
      if cache.object(namespace: write.namespace ?? "", name: creation.name) != nil {
        throw APIError.alreadyExists(resource, creation.name)
      }
      return completion(.success(.unstored(ready)))
    }
    let prepared = ready
    let key = key(write.namespace, creation.name)
    let finish: @Sendable (Result<CachedObject, StoreError>) -> Void = { [self] result in
      admission.settle(prepared, write)
      switch result {
      case .success(let stored): completion(.success(.stored(stored)))
      case .failure(let error):
        if case .keyExists = error, let retry = creation.retry { return retry() }
        completion(.failure(apiError(error, name: creation.name)))
      }
    }
    if let conversion {
      return commit(
        prepared, through: conversion, creation.context.trace, { .create(key, $0) },
        failed: { [admission] error in
          admission.settle(prepared, write)
          completion(.failure(error))
        }, completion: finish)
    }
    let commitment: (PreparedObject) -> Write = { .create(key, $0) }
    do throws(APIError) {
      try commit(prepared, creation.context.trace, commitment, completion: finish)
    } catch {
      admission.settle(prepared, write)
      throw error
    }
  }

  /// The object's name, or one made from `generateName`; empty where there is neither.
  private func chosenName(_ object: Document, _ wanted: String?) -> (String, Bool) {
    if let wanted { return (wanted, false) }
    if let name = object[path: "metadata", "name"]?.string, !name.isEmpty { return (name, false) }
    if let prefix = object[path: "metadata", "generateName"]?.string, !prefix.isEmpty {
      return (GeneratedName.make(prefix: prefix), true)
    }
    return (rules.isNamedByServer ? UID.random().description : "", false)
  }

  private static func nameRequired(_ resource: ResourceType) -> APIError {
    .invalid(resource, "", [MetadataValidation.nameRequired.cause])
  }
}
