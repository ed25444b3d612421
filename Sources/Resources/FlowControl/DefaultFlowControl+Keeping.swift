extension DefaultFlowControl {
  /// What has to be done to an object that stands where `entry` should. Pure.
  /// - Returns: the object as it should be; `nil` where it is that.
  package static func mending(_ existing: Document, toward entry: Entry) -> Document? {
    let follows = entry.isMandatory || followsDefaults(existing)
    var mended = existing
    if goTruth(existing[path: "metadata", "annotations", updateAnnotation]?.string) != follows {
      mended.set(
        follows ? "true" : "false", at: ["metadata", "annotations", updateAnnotation])
    }
    if follows, let spec = entry.object["spec"] {
      var wanted = spec
      // How much of the server exempt requests are reckoned to take is the operator's to say.
      if entry.isMandatory, let chosen = existing[path: "spec", "exempt"], spec["exempt"] != nil {
        wanted["exempt"] = chosen
      }
      if existing["spec"] != wanted { mended["spec"] = wanted }
    }
    return mended == existing ? nil : mended
  }

  /// Without a clear word, whoever has never changed the object is taken to want the defaults.
  private static func followsDefaults(_ object: Document) -> Bool {
    goTruth(object[path: "metadata", "annotations", updateAnnotation]?.string)
      ?? (object[path: "metadata", "generation"]?.integer == 1)
  }

  /// As Go reads a truth value. Source: strconv.ParseBool.
  private static func goTruth(_ text: String?) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }

  /// Whether an object was made from the defaults of another release, which these lack.
  package func isLeftOver(_ resource: ResourceType, _ object: Document) -> Bool {
    let word = object[path: "metadata", "annotations", Self.updateAnnotation]?.string
    return Self.goTruth(word) == true && entry(resource, ObjectKey(object).name) == nil
  }

  /// Makes or mends one of the objects.
  package static func ensure(_ entry: Entry, _ client: any ClusterClient) async throws {
    do {
      let existing = try await client.get(entry.resource, namespace: nil, name: entry.name)
      guard let mended = mending(existing, toward: entry) else { return }
      _ = try await client.update(entry.resource, namespace: nil, mended)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(entry.resource, namespace: nil, entry.object)
    }
  }

  /// Creates what is missing, mends what differs where it must not, and removes what is left over.
  /// All at once: the writes share the store's transactions.
  package func ensure(_ client: any ClusterClient) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for entry in entries { group.addTask { try await Self.ensure(entry, client) } }
      try await group.waitForAll()
    }
    for resource in [ResourceType.flowSchemas, .priorityLevelConfigurations] {
      for object in try await client.list(resource).items where isLeftOver(resource, object) {
        _ = try await client.delete(
          resource, namespace: nil, name: ObjectKey(object).name, options: DeleteOptions())
      }
    }
  }
}
