import Resources
import Testing

@Suite struct ProtobufCodecTests {
  let codec = ProtobufCodec.builtin

  private func type(_ name: String) throws -> SchemaType {
    try #require(Schema.builtin.type(named: name))
  }

  @Test("a body carries its kind in the envelope, and nowhere else")
  func envelope() throws {
    let pod: Document = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web"]]
    let body = codec.encode(pod, as: try type("io.k8s.api.core.v1.Pod"))
    #expect(
      body == [
        0x6B, 0x38, 0x73, 0x00, 0x0A, 0x09, 0x0A, 0x02, 0x76, 0x31, 0x12, 0x03, 0x50, 0x6F, 0x64,
        0x12, 0x07, 0x0A, 0x05, 0x0A, 0x03, 0x77, 0x65, 0x62, 0x1A, 0x00, 0x22, 0x00,
      ])
    #expect(try codec.decode(body) == pod)
  }

  @Test("zeros that Go sends for absent fields are dropped, and kept where they mean something")
  func zeros() throws {
    // hostNetwork false (11), terminationGracePeriodSeconds 0 (4), nodeName "" (10), priority 0 (25).
    let spec: [UInt8] = [0x58, 0x00, 0x20, 0x00, 0x52, 0x00, 0xC8, 0x01, 0x00]
    let found = try codec.decode(message: spec, as: try type("io.k8s.api.core.v1.PodSpec"))
    #expect(found == ["terminationGracePeriodSeconds": 0, "priority": 0])
  }

  @Test(
    "a watch event holds a whole body, and its frame says how long it is",
    arguments: [3, 60, 88, 110, 300, 16350, 20000])
  func watch(_ nameLength: Int) throws {
    let name = Document(String(repeating: "w", count: nameLength))
    let pod: Document = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": name]]
    let body = codec.encode(pod, as: try type("io.k8s.api.core.v1.Pod"))
    let frame = ProtobufCodec.watchFrameHead("ADDED", bodyByteCount: body.count) + body
    #expect(frame.prefix(4).reduce(0) { $0 << 8 | Int($1) } == frame.count - 4)
    let event = try codec.decode(
      message: Array(frame.dropFirst(4)),
      as: try type("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent"))
    #expect(event == ["type": "ADDED", "object": pod])
  }

  @Test(
    "lengths of one, two and three bytes are written right",
    arguments: [0, 127, 128, 16383, 16384, 70000])
  func lengths(_ count: Int) throws {
    let map: Document = ["data": ["k": Document(String(repeating: "x", count: count))]]
    let configMap = try type("io.k8s.api.core.v1.ConfigMap")
    #expect(try codec.decode(message: codec.message(map, as: configMap), as: configMap) == map)
  }

  @Test("a map with many keys is read in linear time, and a key that comes again counts last")
  func largeMap() throws {
    let configMap = try type("io.k8s.api.core.v1.ConfigMap")
    var data = Document.emptyObject
    for number in 0..<3000 { data.append(member: "key\(number)", "v") }
    var message = codec.message(["data": data], as: configMap)
    message += codec.message(["data": ["key1": "again", "key2999": "again"]], as: configMap)
    let found = try codec.decode(message: message, as: configMap)
    #expect(found["data"]?.count == 3000)
    #expect(found["data"]?["key1"]?.string == "again")
    #expect(found["data"]?["key2999"]?.string == "again")
  }

  @Test("numbers may come packed")
  func packed() throws {
    // DaemonSet's pods: PodSecurityContext.supplementalGroups is 4.
    let message: [UInt8] = [0x22, 0x03, 0x01, 0x80, 0x01, 0x20, 0x05]
    let found = try codec.decode(
      message: message, as: try type("io.k8s.api.core.v1.PodSecurityContext"))
    #expect(found == ["supplementalGroups": [1, 128, 5]])
  }

  @Test("unknown numbers are skipped, of every wire type")
  func unknown() throws {
    let message: [UInt8] =
      [0xF8, 0x7F, 0x01] + [0xF9, 0x7F, 1, 2, 3, 4, 5, 6, 7, 8] + [0xFA, 0x7F, 0x01, 0xFF]
      + [0xFD, 0x7F, 1, 2, 3, 4] + [0x0A, 0x02, 0x0A, 0x00]
    let found = try codec.decode(message: message, as: try type("io.k8s.api.core.v1.Pod"))
    #expect(found == ["metadata": .emptyObject])
  }

  @Test(
    "malformed bytes are refused",
    arguments: [
      [], [0x6B], [0x6B, 0x38, 0x73, 0x01], [0x6B, 0x38, 0x73, 0x00, 0x0A],
      [0x6B, 0x38, 0x73, 0x00, 0x0A, 0x05], [0x6B, 0x38, 0x73, 0x00, 0x08, 0x01],
      [0x6B, 0x38, 0x73, 0x00, 0x12, 0x00], [0x6B, 0x38, 0x73, 0x00, 0x1A, 0x01, 0x78],
    ] as [[UInt8]])
  func malformedBodies(_ body: [UInt8]) {
    #expect(throws: ProtobufError.self) { try codec.decode(body) }
  }

  @Test(
    "malformed messages are refused",
    arguments: [
      [0x0A, 0x01], [0x0B], [0x0F], [0x00], [0x08, 0x01], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
      [0x0A, 0x03, 0x0A, 0x01, 0xFF],  // metadata.name is no UTF-8
      [0x0A, 0x05, 0x42, 0x03, 0x08, 0x80, 0x80],  // creationTimestamp ends in a number
    ] as [[UInt8]])
  func malformedMessages(_ message: [UInt8]) throws {
    let pod = try type("io.k8s.api.core.v1.Pod")
    #expect(throws: ProtobufError.self) { try codec.decode(message: message, as: pod) }
  }

  @Test("nesting is bounded, in messages and in bodies inside bodies")
  func depth() throws {
    let props = try type(
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps")
    func nested(_ count: Int) -> [UInt8] {
      var document: Document = ["type": "string"]
      for _ in 0..<count { document = ["not": document] }
      return codec.message(document, as: props)
    }
    #expect(try codec.decode(message: nested(100), as: props)["not"] != nil)
    #expect(throws: ProtobufError.self) { try codec.decode(message: nested(200), as: props) }
    let event = try type("io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent")
    var body = codec.encode(
      ["apiVersion": "v1", "kind": "Pod"], as: try type("io.k8s.api.core.v1.Pod"))
    for _ in 0..<5 {
      let frame = ProtobufCodec.watchFrameHead("ADDED", bodyByteCount: body.count) + body
      body = codec.enveloped(Array(frame.dropFirst(4)), apiVersion: "v1", kind: "WatchEvent")
    }
    #expect(throws: ProtobufError.self) { try codec.decode(body, as: event) }
  }
}

extension Document {
  /// Adds a member without looking for an old one.
  fileprivate mutating func append(member name: String, _ value: Document) {
    self[name] = value
  }
}
