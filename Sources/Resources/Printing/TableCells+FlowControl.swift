extension TableCells {
  static let flowSchema: [String: Cell] = [
    "PriorityLevel": { object, _ in
      object[path: "spec", "priorityLevelConfiguration", "name"] ?? ""
    },
    "MatchingPrecedence": { object, _ in object[path: "spec", "matchingPrecedence"] ?? 0 },
    "DistinguisherMethod": { object, _ in
      object[path: "spec", "distinguisherMethod", "type"] ?? "<none>"
    },
    "MissingPL": { object, _ in
      object[path: "status", "conditions"]?.elements.first { $0["type"] == "Dangling" }?["status"]
        ?? "?"
    },
  ]

  static let priorityLevel: [String: Cell] = [
    "Type": { object, _ in object[path: "spec", "type"] ?? "" },
    "NominalConcurrencyShares": { object, _ in
      object[path: "spec", "limited", "nominalConcurrencyShares"] ?? "<none>"
    },
    "Queues": { object, _ in queuing(object, "queues") },
    "HandSize": { object, _ in queuing(object, "handSize") },
    "QueueLengthLimit": { object, _ in queuing(object, "queueLengthLimit") },
  ]

  private static func queuing(_ object: Document, _ member: String) -> Document {
    object[path: "spec", "limited", "limitResponse", "queuing", member] ?? "<none>"
  }
}
