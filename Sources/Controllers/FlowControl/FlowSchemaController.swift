package import Foundations
package import Resources

/// Says of each flow schema whether the priority level that it names exists.
package final class FlowSchemaController: Controller {
  package let name = "flow-schema-controller"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let schemas: Informer
  private let levels: Informer
  private let now: @Sendable () -> Timestamp

  package init(
    client: any ClusterClient, informers: InformerSet,
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    let (schemas, levels) = (informers[.flowSchemas], informers[.priorityLevelConfigurations])
    (self.schemas, self.levels) = (schemas, levels)
    schemas.onChange { [queue] change in queue.add(ObjectKey(change.object)) }
    // A level matters by being there: schemas are few, and all are looked at.
    levels.onChange { [queue] change in
      if case .updated = change { return }
      for schema in schemas.objects { queue.add(ObjectKey(schema)) }
    }
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    try await levels.waitUntilSynced()
    guard let schema = schemas[key] else { return nil }
    let level = schema[path: "spec", "priorityLevelConfiguration", "name"]?.string ?? ""
    let isDangling = levels[ObjectKey(namespace: "", name: level)] == nil
    guard
      let changed = FlowSchemaStatus.updated(schema, level: level, isDangling: isDangling, now())
    else { return nil }
    do {
      _ = try await client.update(.flowSchemas, namespace: nil, changed, subresource: "status")
    } catch let error as APIError where error.reason == .notFound {
      // Gone meanwhile.
    }
    return nil
  }
}

/// The `Dangling` condition of a flow schema.
enum FlowSchemaStatus {
  /// Pure. Worded as upstream words it.
  /// - Returns: `nil` where the schema says so already.
  static func updated(_ schema: Document, level: String, isDangling: Bool, _ now: Timestamp)
    -> Document?
  {
    let reference = "This FlowSchema references the PriorityLevelConfiguration object named"
    var condition: Document = [
      "type": "Dangling", "status": isDangling ? "True" : "False",
      "reason": isDangling ? "NotFound" : "Found",
      "message": Document(
        "\(reference) \"\(level)\" "
          + (isDangling ? "but there is no such object" : "and it exists")),
    ]
    var conditions = (schema[path: "status", "conditions"] ?? .emptyArray).elements.map { $0 }
    let place = conditions.firstIndex { $0["type"] == "Dangling" }
    if let place {
      let said = conditions[place]
      if ["status", "reason", "message"].allSatisfy({ said[$0] == condition[$0] }) { return nil }
    }
    condition["lastTransitionTime"] = Document(now.description)
    if let place { conditions[place] = condition } else { conditions.append(condition) }
    var changed = schema
    changed.set(Document(conditions), at: ["status", "conditions"])
    return changed
  }
}
