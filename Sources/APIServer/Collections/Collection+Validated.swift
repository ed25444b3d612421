import Resources

extension Collection {
  /// The way of a create or an update from what mutating admission made of it to where it is stored:
  /// allocation, validation, validating webhooks. What was allocated is given back where it ends here.
  /// - Parameters:
  ///   - store: gets what may be stored; called at once where no webhook wants to hear of the write.
  ///   - failed: gets a refusal that comes later.
  func validated(
    _ completed: Document, _ write: AdmissionWrite, _ context: WriteContext,
    failed: @escaping @Sendable (APIError) -> Void,
    store: @escaping @Sendable (Document) throws(APIError) -> Void
  ) throws(APIError) {
    var ready = completed
    let repeated = RepeatedOwners.remove(from: &ready)
    if !repeated.isEmpty {
      write.warnings?.add(RepeatedOwners.warning(of: repeated, isOfAdmission: true))
    }
    try admission.admit(&ready, write, .allocating)
    let valid: Document
    let hooks: [Webhook]?
    do throws(APIError) {
      try requireValid(ready, old: write.old, subresource: write.subresource, context)
      valid = counted(ready, write)
      tell(of: valid, write)
      hooks = try validatingWebhooks(valid, write, context)
    } catch {
      admission.settle(ready, write, after: .allocating)
      throw error
    }
    guard let hooks else { return try store(valid) }
    validate(valid, by: hooks, write, context) { [self] refusal in
      do throws(APIError) {
        if let refusal {
          admission.settle(valid, write, after: .allocating)
          throw refusal
        }
        try store(valid)
      } catch {
        failed(error)
      }
    }
  }

  /// What the client should know of what it stores, where the write has a client.
  private func tell(of valid: Document, _ write: AdmissionWrite) {
    guard let warnings, let told = write.warnings else { return }
    for warning in warnings.warnings(
      of: valid, replacing: write.old, subresource: write.subresource)
    {
      told.add(warning)
    }
  }

  /// A replacement that wants something else than before gets the next generation.
  private func counted(_ ready: Document, _ write: AdmissionWrite) -> Document {
    guard let old = write.old else { return ready }
    return preparation.generationCounted(old, ready, subresource: write.subresource)
  }
}
