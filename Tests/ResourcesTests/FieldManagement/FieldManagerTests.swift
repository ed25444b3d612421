import Resources
import Testing

@Suite struct FieldManagerTests {
  private let manager = FieldManager(
    type: Schema.builtin.type(group: "apps", version: "v1", kind: "Deployment"))

  private func writer(_ name: String, at time: String = "2026-01-01T00:00:00Z") -> FieldWriter {
    FieldWriter(manager: name, apiVersion: "apps/v1", subresource: "", time: time)
  }

  private func web(_ spec: Document) -> Document {
    ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": spec]
  }

  private func owned(_ object: Document, _ name: String) -> String? {
    object[path: "metadata", "managedFields"]?.elements
      .first { $0["manager"]?.string == name }?["fieldsV1"]?.jsonText
  }

  @Test("a field set reads back as it was written, in the order of the wire")
  func wire() throws {
    let text =
      #"{"f:a":{".":{},"f:b":{}},"f:c":{"k:{\"name\":\"x\"}":{},"v:\"y\"":{},"i:0":{}}}"#
    let set = FieldSet(fieldsV1: try Document(json: Array(text.utf8)))
    #expect(set.fieldsV1.jsonText == text)
    #expect(set.paths == [".a", ".a.b", #".c[name="x"]"#, #".c[="y"]"#, ".c[0]"])
  }

  @Test("a create owns what it wrote, structures that are always there excepted")
  func create() {
    let object = web([
      "replicas": 1, "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]],
      "template": ["spec": ["containers": [["name": "c", "image": "i"]]]],
    ])
    let result = manager.updated(nil, object, by: writer("m"))
    #expect(
      owned(result, "m")
        == #"{"f:spec":{"f:replicas":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{}},"#
        + #""f:type":{}},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":"#
        + #"{".":{},"f:image":{},"f:name":{}}}}}}}"#)
  }

  @Test("an apply conflicts with another's field, and takes it by force")
  func conflict() throws {
    let live = manager.updated(nil, web(["replicas": 1]), by: writer("m"))
    #expect(
      throws: FieldManager.Conflict(items: [
        .init(owner: #""m" using apps/v1"#, path: ".spec.replicas")
      ])
    ) {
      try manager.applied(web(["replicas": 2]), to: live, by: writer("a"), isForced: false)
    }
    let forced = try manager.applied(
      web(["replicas": 2]), to: live, by: writer("a"), isForced: true)
    #expect(forced[path: "spec", "replicas"]?.integer == 2)
    #expect(owned(forced, "a") == #"{"f:spec":{"f:replicas":{}}}"#)
    #expect(owned(forced, "m") == nil)
  }

  @Test("the same value is shared, and goes only when its last owner no longer applies it")
  func sharing() throws {
    var live = try manager.applied(
      web(["replicas": 2, "paused": true]), to: nil, by: writer("a"), isForced: false)
    live = try manager.applied(web(["paused": true]), to: live, by: writer("b"), isForced: false)
    live = try manager.applied(web(["replicas": 2]), to: live, by: writer("a"), isForced: false)
    #expect(live[path: "spec", "paused"]?.bool == true)
    live = try manager.applied(web([:]), to: live, by: writer("b"), isForced: false)
    #expect(live[path: "spec", "paused"] == nil)
    #expect(live[path: "spec", "replicas"]?.integer == 2)
  }

  @Test("applying the same again changes nothing, its time included")
  func idempotence() throws {
    let first = try manager.applied(
      web(["replicas": 2]), to: nil, by: writer("a"), isForced: false)
    let later = try manager.applied(
      web(["replicas": 2]), to: first, by: writer("a", at: "2026-02-01T00:00:00Z"),
      isForced: false)
    #expect(later == first)
  }

  @Test("an element that is no longer applied is removed, those of others stay in order")
  func elements() throws {
    func containers(_ names: String...) -> Document {
      web([
        "template": [
          "spec": ["containers": Document(names.map { ["name": Document($0)] as Document })]
        ]
      ])
    }
    var live = try manager.applied(
      containers("a", "b"), to: nil, by: writer("m"), isForced: false)
    live = try manager.applied(containers("c"), to: live, by: writer("n"), isForced: false)
    live = try manager.applied(containers("b"), to: live, by: writer("m"), isForced: false)
    let names = live[path: "spec", "template", "spec", "containers"]?.elements
      .compactMap { $0["name"]?.string }
    #expect(names == ["b", "c"])
  }

  @Test("one empty entry strips an object, and updates leave it so")
  func reset() {
    let live = manager.updated(nil, web(["replicas": 1]), by: writer("m"))
    var wish = live
    wish.set([[:]], at: ["metadata", "managedFields"])
    let stripped = manager.updated(live, wish, by: writer("m"))
    #expect(stripped[path: "metadata", "managedFields"] == nil)
    let later = manager.updated(stripped, web(["replicas": 2]), by: writer("m"))
    #expect(later[path: "metadata", "managedFields"] == nil)
  }

  @Test("the oldest of more than ten updaters become one")
  func cap() {
    var live = manager.updated(nil, web(["replicas": 0]), by: writer("m0"))
    for number in 1...11 {
      var next = live
      next.set("x", at: ["metadata", "labels", "l\(number)"])
      live = manager.updated(
        live, next, by: writer("m\(number)", at: "2026-01-01T00:00:\(10 + number)Z"))
    }
    let names =
      live[path: "metadata", "managedFields"]?.elements
      .compactMap { $0["manager"]?.string } ?? []
    #expect(names.count == 10)
    #expect(names.first == "ancient-changes")
  }

  @Test("a key that is left out is the key's default, so that both spellings are one element")
  func defaultedKey() throws {
    func ports(_ port: Document) -> Document {
      web(["template": ["spec": ["containers": [["name": "c", "ports": [port]]]]]])
    }
    let live = manager.updated(
      nil, ports(["containerPort": 80, "protocol": "TCP"]), by: writer("m"))
    let applied = try manager.applied(
      ports(["containerPort": 80, "name": "http"]), to: live, by: writer("a"), isForced: false)
    let list = applied[path: "spec", "template", "spec", "containers"]?[0]["ports"]
    #expect(list == [["containerPort": 80, "protocol": "TCP", "name": "http"]])
  }

  // MARK: From client-side apply

  private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// A Deployment with two replicas, as a client-side apply of `replicas` leaves it.
  private func clientSide(replicas: Int) -> Document {
    let text = #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"#
    var object = web(["replicas": 2])
    object.set(
      Document(text + #""spec":{"replicas":\#(replicas)}}"#),
      at: ["metadata", "annotations", Self.lastApplied])
    return manager.updated(nil, object, by: writer("kubectl-client-side-apply"))
  }

  @Test("kubectl goes on from its client-side apply without a conflict, and keeps the note of it")
  func goesOn() throws {
    let applied = try manager.applied(
      web(["replicas": 3]), to: clientSide(replicas: 2), by: writer("kubectl"), isForced: false)
    #expect(applied[path: "spec", "replicas"]?.integer == 3)
    let note = applied[path: "metadata", "annotations", Self.lastApplied]?.string
    #expect(try note.map { try Document(json: $0) } == web(["replicas": 3]))
  }

  @Test("what somebody else has changed since is no longer kubectl's to take")
  func changedSince() {
    #expect(throws: FieldManager.Conflict.self) {
      try manager.applied(
        web(["replicas": 3]), to: clientSide(replicas: 1), by: writer("kubectl"),
        isForced: false)
    }
  }

  @Test("other managers leave the note alone")
  func others() throws {
    let live = clientSide(replicas: 2)
    let applied = try manager.applied(
      web(["replicas": 3]), to: live, by: writer("other"), isForced: true)
    let path = ["metadata", "annotations", Self.lastApplied]
    #expect(applied.value(at: path) == live.value(at: path))
  }
}
