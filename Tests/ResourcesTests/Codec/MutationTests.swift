import Foundation
import Resources
import Testing

/// Feeds damaged input to the parsers. What they take has to survive being written and read again;
/// what they refuse has to be refused with an error. `MARTLET_FUZZ_COUNT` says how many inputs each
/// parser gets, `MARTLET_FUZZ_SEED` where to start.
@Suite struct MutationTests {
  private let schema = Schema.builtin
  private let count = Self.setting("MARTLET_FUZZ_COUNT") ?? 6000
  private let seed = UInt64(Self.setting("MARTLET_FUZZ_SEED") ?? 1)

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  private static let names = [
    "core.v1.Pod", "core.v1.Service", "core.v1.ConfigMap", "core.v1.Secret", "core.v1.Node",
    "apps.v1.Deployment", "batch.v1.CronJob", "events.v1.Event", "rbac.v1.ClusterRole",
    "networking.v1.Ingress", "autoscaling.v2.HorizontalPodAutoscaler",
  ]

  private var types: [SchemaType] {
    let extensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
    return (Self.names.map { "io.k8s.api.\($0)" } + ["\(extensions).CustomResourceDefinition"])
      .compactMap(schema.type(named:))
  }

  /// Runs `check` on damaged forms of random objects, a few hundred to each object.
  private func run(
    tokens: [String], encoded: (Document, SchemaType) -> [UInt8],
    check: ([UInt8], SchemaType) throws -> Void
  ) rethrows {
    let types = types
    for round in 0..<(count + 199) / 200 {
      let type = types[round % types.count]
      let roundSeed = seed &* 7_919 &+ UInt64(round)
      var random = RandomDocument(schema, seed: roundSeed)
      let input = encoded(random.object(type, density: 0.3), type)
      var mutator = Mutator(seed: roundSeed, tokens: tokens)
      for _ in 0..<min(200, count) { try check(mutator.mutated(input), type) }
    }
  }

  @Test("damaged JSON is refused or read, and what is read can be written and read again")
  func json() throws {
    let tokens = [
      "\"", "{", "}", "[", "]", ":", ",", "null", "true", "-", "1e400", "99999999999999999999",
      "\\u", "\\ud800", "\"spec\":", "\"metadata\":{", "\u{FF}", "é", " ", "\n", "0", ".",
    ]
    run(tokens: tokens) { document, _ in
      document.json
    } check: { input, type in
      for validation in [FieldValidation.strict, .ignore] {
        guard
          let result = try? DocumentParser.parse(json: input, as: type, validation: validation)
        else { continue }
        let written = result.document.json
        let again = try? DocumentParser.parse(json: written, as: type)
        #expect(again?.document == result.document, "\(String(decoding: input, as: UTF8.self))")
        #expect(result.document.compacted() == result.document)
      }
      _ = try? Document(json: input)
    }
  }

  @Test("damaged protobuf is refused or read, and what is read can be written and read again")
  func protobuf() throws {
    let tokens = [
      "\u{0}", "\u{1}", "\n", "\u{12}", "\u{7F}\u{7F}", "k8s\u{0}", "\u{A}\u{2}", "\u{1A}", "\"",
      "*",
    ]
    let codec = ProtobufCodec.builtin
    run(tokens: tokens) { document, type in
      codec.message(document, as: type)
    } check: { input, type in
      guard let document = try? codec.decode(message: input, as: type) else { return }
      let written = codec.message(document, as: type)
      let again = try? codec.decode(message: written, as: type)
      let sides = "\(document.jsonText) became \(again?.jsonText ?? "nothing")"
      #expect(again == document, "\(sides)")
      let json = try? DocumentParser.parse(json: document.json, as: type)
      #expect(json?.document == document, "\(input)")
    }
  }

  @Test("damaged YAML is refused or read, and what is read can be written and read again")
  func yaml() throws {
    let tokens = [
      "- ", ": ", "\n  ", "\n", "&a ", "*a", "<<: *a\n", "|\n", ">-\n", "'", "\"", "{", "[", "]",
      "}", "? ", "!!str ", "#", "---\n", "~", "0x", "\t", "%",
    ]
    run(tokens: tokens) { document, _ in
      Array(document.yaml.utf8)
    } check: { input, type in
      _ = try? DocumentParser.parse(yaml: input, as: type)
      guard let documents = try? Document.documents(yaml: input) else { return }
      for document in documents {
        let again = try? Document.documents(yaml: document.yaml)
        let sides = "\(document.jsonText) became \(again?.map(\.jsonText) ?? [])"
        #expect(again == [document] || document.isNull, "\(sides)")
      }
    }
  }
}
