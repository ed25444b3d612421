import Resources
import Testing

@Suite struct RoundTripTests {
  let schema = Schema.builtin

  private var wireTypes: [SchemaType] {
    schema.types.filter {
      $0.scalar == nil && !$0.traits.contains(.union) && !$0.name.hasSuffix(".version.Info")
    }
  }

  @Test("a random object of any type is the same after JSON, protobuf and YAML", arguments: 1...3)
  func everyType(_ seed: UInt64) throws {
    for (number, type) in wireTypes.enumerated() {
      var random = RandomDocument(schema, seed: seed &* 1_000_003 &+ UInt64(number))
      let original = random.object(type)
      let json = try DocumentParser.parse(json: original.json, as: type)
      #expect(json.document == original && json.problems.isEmpty, "\(type), seed \(seed)")
      #expect(json.document.json == original.json, "\(type), seed \(seed)")
      let message = ProtobufCodec.builtin.message(json.document, as: type)
      let protobuf = try ProtobufCodec.builtin.decode(message: message, as: type)
      #expect(protobuf == original, "\(type), seed \(seed)")
      let yaml = try DocumentParser.parse(yaml: Array(original.yaml.utf8), as: type)
      #expect(yaml.document == original, "\(type), seed \(seed)")
    }
  }

  @Test("an empty object of any type is an empty message")
  func empty() throws {
    for type in wireTypes {
      #expect(ProtobufCodec.builtin.message(.emptyObject, as: type).isEmpty)
      #expect(try ProtobufCodec.builtin.decode(message: [], as: type) == .emptyObject)
    }
  }
}
