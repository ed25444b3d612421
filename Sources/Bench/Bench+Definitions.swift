import Networking
import Resources

/// CustomResourceDefinitions, as an operator brings them: `definitionsPerGroup` in each API group.
extension Bench {
  private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  private static let definitionsPerGroup = 20
  /// A definition that is not established after this never will be.
  private static let establishingMax = Duration.seconds(60)
  private static let lookPause = Duration.milliseconds(2)

  private var definitionLabel: String { "martlet-bench%3D\(plan.runName)" }

  /// From POST until the definition says `Established`.
  func define() async throws -> BenchResult {
    try await measured(.definitions, count: plan.definitionCount, warmUp: 0) { worker, index in
      let definition = definition(index)
      try await target.send(.write(.post, Self.definitions, definition), worker: worker)
      let name = definition[path: "metadata", "name"]?.string ?? ""
      let deadline = ContinuousClock.now + Self.establishingMax
      while true {
        let read = try await target.send(.read("\(Self.definitions)/\(name)"), worker: worker)
        let conditions = try Document(json: read)[path: "status", "conditions"]
        if CustomConditions(conditions).isTrue("Established") { return }
        guard ContinuousClock.now < deadline else { throw NeverEstablished(name: name) }
        try await Task.sleep(for: Self.lookPause)
      }
    }
  }

  func removeDefinitions() async throws {
    let own = "\(Self.definitions)?labelSelector=\(definitionLabel)"
    try await target.send(.write(.delete, own, .emptyObject), worker: 0)
  }

  private func definition(_ index: Int) -> Document {
    let group = "g\(index / Self.definitionsPerGroup).\(plan.runName).bench.martlet.local"
    let plural = "benchthings\(index)"
    let fields = (0..<20).map { field -> (String, Document) in
      (
        "field\(field)",
        [
          "type": "string", "maxLength": 64,
          "description": "One of the things that are wished for.",
        ]
      )
    }
    let schema: Document = [
      "type": "object",
      "properties": [
        "spec": ["type": "object", "properties": Document(fields)],
        "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
      ],
    ]
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": [
        "name": Document("\(plural).\(group)"),
        "labels": ["martlet-bench": Document(plan.runName)],
      ],
      "spec": [
        "group": Document(group), "scope": "Namespaced",
        "names": [
          "plural": Document(plural), "singular": Document("benchthing\(index)"),
          "kind": Document("BenchThing\(index)"), "listKind": Document("BenchThing\(index)List"),
        ],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "subresources": ["status": .emptyObject],
            "schema": ["openAPIV3Schema": schema],
          ]
        ],
      ],
    ]
  }
}

struct NeverEstablished: Error, CustomStringConvertible {
  let name: String
  var description: String { "the CustomResourceDefinition \(name) was not established in time" }
}
