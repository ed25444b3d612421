extension Defaulting {
  /// Source: Kubernetes API reference, "FlowSchema v1".
  static func flowSchema(_ schema: inout Document) {
    schema.edit("spec") { $0.setDefaultNumber("matchingPrecedence", 1000) }
  }

  /// Source: Kubernetes API reference, "PriorityLevelConfiguration v1".
  static func priorityLevel(_ level: inout Document) {
    level.edit("spec") { spec in
      spec.edit("exempt") { exempt in
        exempt.setDefault("nominalConcurrencyShares", 0)
        exempt.setDefault("lendablePercent", 0)
      }
      spec.edit("limited") { limited in
        limited.setDefault("nominalConcurrencyShares", 30)
        limited.setDefault("lendablePercent", 0)
        limited.edit("limitResponse") { response in
          response.edit("queuing") { queuing in
            queuing.setDefaultNumber("queues", 64)
            queuing.setDefaultNumber("handSize", 8)
            queuing.setDefaultNumber("queueLengthLimit", 50)
          }
        }
      }
    }
  }
}

extension Document {
  /// Sets a member that is absent or zero.
  fileprivate mutating func setDefaultNumber(_ name: String, _ value: Document) {
    if self[name]?.integer ?? 0 == 0 { self[name] = value }
  }
}
