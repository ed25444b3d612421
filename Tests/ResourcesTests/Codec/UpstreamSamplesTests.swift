import Foundation
import Resources
import Testing

/// Compares with the samples that Kubernetes publishes of every kind, as JSON and as protobuf
/// (`testdata/HEAD` of k8s.io/api), where a checkout of them is at hand.
@Suite(
  .enabled(
    if: UpstreamSamples.directory != nil,
    "MARTLET_API_SAMPLES names no directory with k8s.io/api's testdata/HEAD"))
struct UpstreamSamplesTests {
  @Test("a sample reads the same from JSON and from protobuf, and survives writing")
  func samples() throws {
    let samples = try UpstreamSamples.all()
    #expect(samples.count > 50)
    for sample in samples {
      let json = try DocumentParser.parse(json: sample.json, as: sample.type).document
      let protobuf = try ProtobufCodec.builtin.decode(sample.protobuf, as: sample.type)
      expectSame(sample.name, protobuf, json)
      let written = ProtobufCodec.builtin.encode(json, as: sample.type)
      let again = try ProtobufCodec.builtin.decode(written, as: sample.type)
      expectSame("\(sample.name), written", again, json)
    }
  }

  private func expectSame(_ name: String, _ found: Document, _ expected: Document) {
    for difference in differences(found, expected, "") {
      #expect(Bool(false), "\(name): \(difference)")
    }
  }

  private func differences(_ found: Document, _ expected: Document, _ path: String) -> [String] {
    if found.isObject && expected.isObject {
      let names = Set(found.members.map(\.name)).union(expected.members.map(\.name))
      return names.sorted().flatMap { name -> [String] in
        // Protobuf has the kind of the whole object only.
        if !path.isEmpty && (name == "kind" || name == "apiVersion") && found[name] == nil {
          return []
        }
        guard let left = found[name], let right = expected[name] else {
          let sides = (found[name]?.jsonText ?? "-", expected[name]?.jsonText ?? "-")
          return ["\(path).\(name): \(sides.0), expected \(sides.1)"]
        }
        return differences(left, right, "\(path).\(name)")
      }
    }
    if found.isArray && expected.isArray && found.count == expected.count {
      return zip(found.elements, expected.elements).enumerated().flatMap {
        differences($1.0, $1.1, "\(path)[\($0)]")
      }
    }
    return found == expected ? [] : ["\(path): \(found.jsonText), expected \(expected.jsonText)"]
  }
}

struct UpstreamSamples {
  let name: String
  let type: SchemaType
  let json: [UInt8]
  let protobuf: [UInt8]

  static var directory: String? { ProcessInfo.processInfo.environment["MARTLET_API_SAMPLES"] }

  /// Samples of the kinds that v1.36 serves.
  static func all() throws -> [UpstreamSamples] {
    guard let directory else { return [] }
    let files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    return try files.filter { $0.hasSuffix(".json") }.compactMap { file in
      // group.with.dots.version.Kind.json
      let words = file.split(separator: ".").map(String.init)
      let group = words.dropLast(3).joined(separator: ".")
      let kind = GroupVersionKind(
        group: group == "core" ? "" : group, version: words[words.count - 3],
        kind: words[words.count - 2])
      guard let type = Schema.builtin.type(of: kind) else { return nil }
      let path = URL(fileURLWithPath: directory).appending(path: file)
      let protobuf = path.deletingPathExtension().appendingPathExtension("pb")
      return UpstreamSamples(
        name: file, type: type, json: Array(try Data(contentsOf: path)),
        protobuf: Array(try Data(contentsOf: protobuf)))
    }
  }
}
