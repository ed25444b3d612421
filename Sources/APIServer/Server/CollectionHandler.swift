import Foundations
package import Networking
package import Resources
import Store

/// The verbs that every stored resource has.
package struct CollectionHandler: ResourceHandler {
  /// A collection of any size leaves room for other writers' transactions in the store's queue.
  private static let deletionsAtOnceMax = 500

  let codec: RequestCodec

  package func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    switch call.verb {
    case .get: try get(call, responder)
    case .list, .watch: try read(call, responder)
    case .create: try create(call, responder)
    case .update: try update(call, subresource: nil, responder)
    case .patch: try patch(call, subresource: nil, responder)
    case .delete: try delete(call, responder)
    case .deletecollection: try deleteCollection(call, responder)
    }
  }

  private func read(_ call: APICall, _ responder: Responder) throws(APIError) {
    try RequestOptions.requireValidRead(call.query, isWatch: call.verb == .watch)
    if call.verb == .watch { return try WatchAnswer.start(call, responder) }
    try ListAnswer.send(call, to: responder)
  }

  func get(_ call: APICall, _ responder: Responder) throws(APIError) {
    let answer = try ObjectAnswer(call, responder)
    let collection = try call.collection()
    let name = try call.name()
    try ListAnswer.requireReached(call.query["resourceVersion"], by: collection)
    if collection.conversion != nil {
      return collection.read(namespace: call.namespace, name: name) {
        answer.send($0.map { .stored($0) })
      }
    }
    answer.send(.stored(try collection.get(namespace: call.namespace, name: name)))
  }

  // MARK: Writes

  private func create(_ call: APICall, _ responder: Responder) throws(APIError) {
    if call.path.name != nil {
      throw .methodNotAllowed("the server does not allow this method on the requested resource")
    }
    var answer = try ObjectAnswer(call, responder)
    let object = try sent(call, &answer)
    let finished = answer
    try call.collection().create(
      namespace: call.namespace, object, try call.writeContext(telling: answer)
    ) {
      finished.send($0, status: 201)
    }
  }

  /// The object in the body. What is odd about it is told with the answer.
  private func sent(_ call: APICall, _ answer: inout ObjectAnswer) throws(APIError) -> Document {
    var object = try codec.object(of: call, warnings: &answer.warnings)
    let repeated = RepeatedOwners.remove(from: &object)
    if !repeated.isEmpty {
      answer.warnings.append(RepeatedOwners.warning(of: repeated, isOfAdmission: false))
    }
    return object
  }

  func update(_ call: APICall, subresource: String?, _ responder: Responder) throws(APIError) {
    let name = try call.name()
    var answer = try ObjectAnswer(call, responder)
    let object = try sent(call, &answer)
    if object[path: "metadata", "name"]?.string?.isEmpty ?? true {
      throw .badRequest(
        "the name of the object (\(name) based on URL) was undeterminable: name must be provided")
    }
    let finished = answer
    let collection = try call.collection()
    let mayCreate = subresource == nil && collection.rules.createsOnUpdate
    let isThere = Self.isThere(call, name, collection)
    let isNew = mayCreate && !isThere
    if isThere { try requireVersion(of: object, name, in: collection) }
    collection.update(
      namespace: call.namespace, name: name, subresource: subresource,
      try call.writeContext(telling: answer),
      whenMissing: mayCreate ? object : nil, change: { _ in object },
      completion: { finished.send($0, status: isNew ? 201 : 200) })
  }

  /// - Throws: 422 where the kind wants its writers to have looked. A patch says what it changes, and
  ///   so need not have.
  private func requireVersion(of object: Document, _ name: String, in collection: Collection)
    throws(APIError)
  {
    guard collection.rules.requiresVersion,
      object[path: "metadata", "resourceVersion"]?.string?.isEmpty ?? true
    else { return }
    // Upstream tells of it by the resource, not by the kind.
    let resource = collection.resource
    let told = ResourceType(
      group: resource.group, version: resource.version, plural: resource.plural,
      kind: resource.plural, isNamespaced: resource.isNamespaced)
    let problem = FieldError.invalid(
      "metadata.resourceVersion", 0, "must be specified for an update")
    throw .invalid(told, name, [problem.cause])
  }

  func patch(_ call: APICall, subresource: String?, _ responder: Responder) throws(APIError) {
    if RequestedApply.isWanted(by: call) {
      return try apply(call, subresource: subresource, responder)
    }
    let name = try call.name()
    let answer = try ObjectAnswer(call, responder)
    let patch = try codec.patch(of: call)
    let collection = try call.collection()
    let warnings = answer.told
    collection.update(
      namespace: call.namespace, name: name, subresource: subresource,
      try call.writeContext(telling: answer),
      change: { (old: Document) throws(APIError) in try patch.applied(to: old, warnings) },
      completion: { answer.send($0) })
  }

  private func apply(_ call: APICall, subresource: String?, _ responder: Responder)
    throws(APIError)
  {
    let name = try call.name()
    var answer = try ObjectAnswer(call, responder)
    let apply = try RequestedApply(call)
    answer.warnings = apply.warnings
    let finished = answer
    var context = apply.context
    context.warnings = answer.told
    let collection = try call.collection()
    let isNew = !Self.isThere(call, name, collection)
    collection.apply(
      namespace: call.namespace, name: name, subresource: subresource, apply.configuration,
      isForced: apply.isForced, context
    ) { finished.send($0, status: isNew ? 201 : 200) }
  }

  private static func isThere(_ call: APICall, _ name: String, _ collection: Collection) -> Bool {
    collection.cache.object(namespace: call.namespace ?? "", name: name) != nil
  }

  // MARK: Deletes

  private func delete(_ call: APICall, _ responder: Responder) throws(APIError) {
    let name = try call.name()
    var answer = try ObjectAnswer(call, responder)
    let options = try codec.deleteOptions(of: call)
    if let told = try Self.warning(of: options, call) { answer.warnings.append(told) }
    let finished = answer
    var context = try call.writeContext(telling: answer)
    if options.isDryRun { context.isDryRun = true }
    let type = call.type
    try call.collection().delete(
      namespace: call.namespace, name: name, options: options.options, context
    ) { result in
      switch result {
      case .success(.stored(let object)): finished.send(.success(.stored(object)))
      case .success(.unstored(let document)) where type == .pods || type == .namespaces:
        // The kinds with a graceful end answer with the object itself, as it last stood.
        finished.send(.success(.unstored(document)))
      case .success(.unstored(let document)): finished.sendStatus(deleted: document, type)
      case .failure(let error): finished.send(.failure(error))
      }
    }
  }

  private static func warning(
    of options: DeleteOptionsWithDryRun, _ call: APICall
  ) throws(APIError) -> String? {
    options.options.propagationPolicy == nil ? try call.collection().rules.orphansWarning : nil
  }

  private func deleteCollection(_ call: APICall, _ responder: Responder) throws(APIError) {
    let selection = try Selection(call)
    let collection = try call.collection()
    let options = try codec.deleteOptions(of: call)
    let context = try call.writeContext()
    let snapshot = collection.cache.read()
    let candidates = collection.conversion.map { _ in
      snapshot.objects(in: call.namespace).filter(selection.mayMatch)
    }
    collection.ready(candidates ?? []) { error in
      if let error { return responder.send(error, for: call.request) }
      let chosen =
        candidates?.filter(selection.matches)
        ?? snapshot.objects(in: call.namespace).filter(selection.matches)
      let answer = ListAnswer.deleted(chosen, revision: snapshot.revision, call, collection)
      let deletions = PacedRun<CachedObject, APIError>(
        chosen, atOnceMax: Self.deletionsAtOnceMax
      ) { object, finish in
        collection.delete(
          namespace: call.namespace ?? object.namespace, name: object.name,
          options: options.options, context
        ) { result in
          switch result {
          case .failure(let error) where error.reason != .notFound: finish(error)
          default: finish(nil)
          }
        }
      } done: { error in
        if let error {
          responder.send(error, for: call.request)
        } else {
          answer.send(to: responder)
        }
      }
      deletions.run()
    }
  }
}
