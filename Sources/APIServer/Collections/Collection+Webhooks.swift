import Resources

/// How a write asks webhooks and goes on. Without any that wants to hear of it nothing waits.
extension Collection {
  /// - Returns: the webhooks to be asked about `object`; `nil` for none.
  func mutatingWebhooks(_ object: Document?, _ write: AdmissionWrite, _ context: WriteContext)
    throws(APIError) -> [Webhook]?
  {
    guard let webhooks, !context.skipsWebhooks else { return nil }
    let (object, write) = seen(object, write, context)
    return try webhooks.mutating(object, write)
  }

  /// - Parameters:
  ///   - complete: makes an object that may be stored out of a patched one.
  ///   - then: gets what the webhooks and the server's own plugins made of the object.
  func mutate(
    _ object: Document, by hooks: [Webhook], _ write: AdmissionWrite, _ context: WriteContext,
    complete: @escaping @Sendable (Document) throws(APIError) -> Document,
    then: @escaping @Sendable (Result<Document, APIError>) -> Void
  ) {
    guard let webhooks else { return then(.success(object)) }
    let view = admissionView(write, context)
    let kind = view?.kind ?? ownKind
    let (optional, seenWrite) = seen(object, write, context)
    let shown = optional ?? object
    let completion = AdmissionWebhooks.Completion(
      complete: { [self] (patched: Document, before: Document) throws(APIError) in
        let typed = try typed(patched, kind, like: before)
        guard let view else { return try complete(typed) }
        return view.shown(try complete(view.merged(object, typed)))
      },
      readmit: { [admission] (changed: Document) throws(APIError) in
        var whole = view?.merged(object, changed) ?? changed
        try admission.admit(&whole, write, .mutating)
        return view?.shown(whole) ?? whole
      })
    // Ends with the slowest webhook's own timeout at the latest.
    Task {
      do throws(APIError) {
        let changed = try await webhooks.mutate(shown, seenWrite, hooks, completion) ?? shown
        then(.success(view?.merged(object, changed) ?? changed))
      } catch {
        then(.failure(error))
      }
    }
  }

  /// A patched object as its schema reads it: unknown members go, wrong types are refused. Who owns
  /// its fields is for the server to say.
  private func typed(_ patched: Document, _ kind: GroupVersionKind, like before: Document)
    throws(APIError) -> Document
  {
    var typed: Document
    if let custom = versions?.refresh, kind == ownKind {
      typed = custom.apply(patched, kind.apiVersion)
    } else {
      do throws(APIError) {
        var ignored: [String] = []
        typed = try ObjectDecoding.json(
          patched.json, Schema.builtin.type(of: kind), kind, .ignore, &ignored)
      } catch {
        throw .internalError(error.message)
      }
    }
    guard typed["kind"] == before["kind"], typed["apiVersion"] == before["apiVersion"] else {
      throw .internalError("a webhook may not change the kind of an object: it was a \(kind)")
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
    let (object, write) = seen(object, write, context)
    return try webhooks.validating(object, write)
  }

  /// - Parameter then: gets the refusal, if there is one.
  func validate(
    _ object: Document?, by hooks: [Webhook], _ write: AdmissionWrite, _ context: WriteContext,
    then: @escaping @Sendable (APIError?) -> Void
  ) {
    guard let webhooks else { return then(nil) }
    let (object, write) = seen(object, write, context)
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
    try webhooks.ask(nil, seen(nil, write, context).1, failed: failed, then: then)
  }

  private func seen(_ object: Document?, _ write: AdmissionWrite, _ context: WriteContext)
    -> (Document?, AdmissionWrite)
  {
    var write = write
    if context.view == nil {
      write.versions = versions
      write.conversion = conversion
    }
    guard let view = admissionView(write, context) else { return (object, write) }
    write.subresource = view.subresource
    write.old = write.old.map(view.shown)
    if context.view == nil {
      write.resource = ResourceType(
        group: view.kind.group, version: view.kind.version, plural: resource.plural,
        kind: view.kind.kind, isNamespaced: resource.isNamespaced)
    } else {
      write.kind = view.kind
    }
    return (object.map(view.shown), write)
  }

  /// The context's own, or the version that the client speaks where it is not the stored one.
  private func admissionView(_ write: AdmissionWrite, _ context: WriteContext) -> AdmissionView? {
    if let view = context.view { return view }
    guard let versions, let spoken = context.apiVersion, spoken != resource.apiVersion,
      let version = versions.version(spoken)
    else { return nil }
    return AdmissionView(
      subresource: write.subresource, kind: version.kind,
      shown: { versions.converted($0, to: spoken) },
      merged: { _, shown in versions.storedForm(of: shown) })
  }
}
