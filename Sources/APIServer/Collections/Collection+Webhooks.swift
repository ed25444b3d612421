import Resources

/// How a write asks policies and webhooks and goes on. Without any that wants to hear of it nothing
/// waits.
extension Collection {
  /// - Returns: who wants to change `object`; `nil` for nobody.
  func mutators(of object: Document, _ write: AdmissionWrite, _ context: WriteContext)
    throws(APIError) -> AdmissionWebhooks.Mutators?
  {
    guard let webhooks, !context.skipsWebhooks else { return nil }
    let seen = write.seen(object)
    return try webhooks.mutators(of: seen.object ?? object, seen.write)
  }

  /// - Parameters:
  ///   - complete: makes an object that may be stored out of a patched one.
  ///   - then: gets what policies, webhooks and the server's own plugins made of the object; called at
  ///     once where no webhook is asked.
  func mutate(
    _ object: Document, by mutators: AdmissionWebhooks.Mutators, _ write: AdmissionWrite,
    complete: @escaping @Sendable (Document) throws(APIError) -> Document,
    then: @escaping @Sendable (Result<Document, APIError>) -> Void
  ) {
    guard let webhooks else { return then(.success(object)) }
    let view = write.view
    let kind = view?.kind ?? ownKind
    let completion = AdmissionWebhooks.Completion(
      complete: {
        [self] (patched: Document, before: Document, validation: FieldValidation) throws(APIError)
        in
        let typed = try typed(patched, kind, like: before, validation)
        guard let view else { return try complete(typed) }
        return view.shown(try complete(view.merged(object, typed)))
      },
      readmit: { [admission] (changed: Document) throws(APIError) in
        var whole = view?.merged(object, changed) ?? changed
        try admission.admit(&whole, write, .mutating)
        return view?.shown(whole) ?? whole
      })
    webhooks.mutate(mutators, completion) { result in
      then(result.map { view?.merged(object, $0) ?? $0 })
    }
  }

  /// A patched object as its schema reads it: wrong types are refused, and unknown members where
  /// `validation` is strict; else they go. Who owns
  /// its fields is for the server to say.
  private func typed(
    _ patched: Document, _ kind: GroupVersionKind, like before: Document,
    _ validation: FieldValidation
  ) throws(APIError) -> Document {
    var typed: Document
    if let custom = versions?.refresh, kind == ownKind {
      typed = custom.apply(patched, kind.apiVersion)
    } else {
      do throws(APIError) {
        var ignored: [String] = []
        typed = try ObjectDecoding.json(
          patched.json, Schema.builtin.type(of: kind), kind, validation, &ignored)
      } catch {
        throw .internalError(error.message)
      }
    }
    guard typed["kind"] == before["kind"], typed["apiVersion"] == before["apiVersion"] else {
      throw .internalError("admission may not change the kind of an object: it was a \(kind)")
    }
    let managed = before[path: "metadata", "managedFields"]
    if typed[path: "metadata", "managedFields"] != managed {
      typed.set(managed, at: ["metadata", "managedFields"])
    }
    return typed
  }

  private var ownKind: GroupVersionKind {
    GroupVersionKind(group: resource.group, version: resource.version, kind: resource.kind)
  }

  func validatingWebhooks(_ object: Document?, _ write: AdmissionWrite, _ context: WriteContext)
    throws(APIError) -> [Webhook]?
  {
    guard let webhooks, !context.skipsWebhooks else { return nil }
    let (object, write) = write.seen(object)
    return try webhooks.validating(object, write)
  }

  /// - Parameter then: gets the refusal, if there is one.
  func validate(
    _ object: Document?, by hooks: [Webhook], _ write: AdmissionWrite, _ context: WriteContext,
    then: @escaping @Sendable (APIError?) -> Void
  ) {
    guard let webhooks else { return then(nil) }
    let (object, write) = write.seen(object)
    // As above.
    Task {
      do throws(APIError) {
        try await webhooks.validate(object, write, hooks)
        then(nil)
      } catch {
        then(error)
      }
    }
  }

  /// What is asked for under an object, where nothing of that kind is stored: `exec`, `binding`.
  struct Errand: Sendable {
    let operation: AdmissionWrite.Operation
    let namespace: String?
    let name: String
    let subresource: String
    /// What the request says.
    let object: Document
    let kind: GroupVersionKind
  }

  /// Asks all webhooks about an errand.
  /// - Parameters:
  ///   - failed: gets a refusal that comes later.
  ///   - then: called at once where none wants to hear of it.
  func askWebhooks(
    _ errand: Errand, _ context: WriteContext, failed: @escaping @Sendable (APIError) -> Void,
    then: @escaping @Sendable () throws(APIError) -> Void
  ) throws(APIError) {
    guard let webhooks, !context.skipsWebhooks else { return try then() }
    var write = admissionWrite(
      errand.operation, namespace: errand.namespace, name: errand.name,
      subresource: errand.subresource, old: nil, context)
    write.kind = errand.kind
    var object = errand.object
    object["kind"] = Document(errand.kind.kind)
    object["apiVersion"] = Document(errand.kind.apiVersion)
    try webhooks.ask(object, write, failed: failed, then: then)
  }

  /// Asks all webhooks about a delete; parameters as above.
  /// - Parameter then: called at once where none wants to hear of it.
  func askWebhooks(
    _ write: AdmissionWrite, _ context: WriteContext,
    failed: @escaping @Sendable (APIError) -> Void,
    then: @escaping @Sendable () throws(APIError) -> Void
  ) throws(APIError) {
    guard let webhooks, !context.skipsWebhooks else { return try then() }
    try webhooks.ask(nil, write.seen(nil).write, failed: failed, then: then)
  }
}
