import Resources

/// Which flow schemas and priority levels hold: what the objects say, with the mandatory ones where
/// their objects are missing. A value.
struct FlowPlan: Sendable {
  private var schemaObjects: [String: FlowSchema] = [:]
  private var levelObjects: [String: PriorityLevelSettings] = [:]

  /// - Parameter schema: `nil` where it is gone.
  mutating func setSchema(_ name: String, to schema: Document?) {
    schemaObjects[name] = schema.map(FlowSchema.init)
  }

  /// - Parameter level: `nil` where it is gone.
  mutating func setLevel(_ name: String, to level: Document?) {
    levelObjects[name] = level.map(PriorityLevelSettings.init)
  }

  var schemaNames: [String] { Array(schemaObjects.keys) }
  var levelNames: [String] { Array(levelObjects.keys) }

  /// By name.
  var levels: [PriorityLevelSettings] {
    let missing = Self.mandatory(.priorityLevelConfigurations).map(PriorityLevelSettings.init)
      .filter { levelObjects[$0.name] == nil }
    return (levelObjects.values + missing).sorted { $0.name < $1.name }
  }

  /// Those whose level exists.
  var schemas: [FlowSchema] {
    let levels = Set(levels.map(\.name))
    let found = schemaObjects.values.filter { levels.contains($0.level) }
    let names = Set(found.map(\.name))
    return found
      + Self.mandatory(.flowSchemas).map(FlowSchema.init).filter { !names.contains($0.name) }
  }

  private static func mandatory(_ resource: ResourceType) -> [Document] {
    DefaultFlowControl.all.entries.filter { $0.isMandatory && $0.resource == resource }
      .map(\.object)
  }
}
