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
    if let view {
      return view.create(namespace: namespace, name: name, object, context, completion)
    }
    create(
      namespace: namespace, name: name, object, context, attemptsLeft: Self.nameAttemptsMax,
      completion)
  }

  private func create(
    namespace: String?, name wanted: String?, _ object: Document, _ context: WriteContext,
    attemptsLeft: Int, _ completion: @escaping Completion
  ) {
    do throws(APIError) {
      let (name, isGenerated) = try chosenName(object, wanted)
      var ready = try preparation.created(
        object, namespace: namespace, name: name, uid: UID.random().description,
        now: now().description)
      let write = admissionWrite(
        .create, namespace: namespace, name: name, subresource: nil, old: nil, context)
      applyDefaults(&ready)
      ready = tracked(nil, ready, nil, context)
      rules.onCreate(&ready)
      try admission.admit(&ready, write)
      do throws(APIError) {
        try requireValid(ready, old: nil, context)
      } catch {
        admission.settle(ready, write)
        throw error
      }
      if context.isDryRun {
        admission.settle(ready, write)
        if current(namespace, name) != nil {
          throw APIError.alreadyExists(resource, name)
        }
        return completion(.success(.unstored(ready)))
      }
      let prepared = ready
      let key = key(namespace, name)
      let creation: (PreparedObject) -> Write = { .create(key, $0) }
      try commit(prepared, creation) { [self] result in
        admission.settle(prepared, write)
        switch result {
        case .success(let stored): completion(.success(.stored(stored)))
        case .failure(.keyExists) where isGenerated && attemptsLeft > 1:
          create(
            namespace: namespace, name: wanted, object, context, attemptsLeft: attemptsLeft - 1,
            completion)
        case .failure(let error):
          completion(.failure(apiError(error, name: name)))
        }
      }
    } catch {
      completion(.failure(error))
    }
  }

  /// The object's name, or one made from `generateName`.
  private func chosenName(_ object: Document, _ wanted: String?) throws(APIError) -> (String, Bool)
  {
    if let wanted { return (wanted, false) }
    if let name = object[path: "metadata", "name"]?.string, !name.isEmpty { return (name, false) }
    if let prefix = object[path: "metadata", "generateName"]?.string, !prefix.isEmpty {
      return (GeneratedName.make(prefix: prefix), true)
    }
    throw APIError.invalid(
      resource, "",
      [
        APIError.Cause(
          reason: "FieldValueRequired", message: "Required value: name or generateName is required",
          field: "metadata.name")
      ])
  }
}
