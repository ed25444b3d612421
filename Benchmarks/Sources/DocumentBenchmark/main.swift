import Glibc
import Resources

/// Measures the two candidates for a document's representation side by side, in one process:
/// docs/decisions/0001-document-representation.md.

let clock = ContinuousClock()
let start = clock.now
let schema = Schema.builtin
let elapsed = (clock.now - start).components.attoseconds / 1_000_000_000_000
print("reading the built-in schema: \(elapsed) us")

/// Bytes of memory that are resident.
func residentByteCount() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  fgets(&line, 128, file)
  let words = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    .split(separator: " ")
  return (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

func heapPerCopy<Value>(_ make: () throws -> Value) rethrows -> Int {
  let count = 20_000
  var kept: [Value] = []
  kept.reserveCapacity(count)
  let before = residentByteCount()
  for _ in 0..<count { kept.append(try make()) }
  let used = residentByteCount() - before
  blackHole(kept)
  return used / count
}

func row(_ title: String, _ arena: Double, _ tree: Double, bytes: Int? = nil) {
  func figure(_ value: Double) -> String {
    let rate = bytes.map { " (\(Int(Double($0) / value * 1000)) MB/s)" } ?? ""
    return "\(Int(value)) ns\(rate)"
  }
  let ratio = (tree / arena * 10).rounded() / 10
  print("| \(title) | \(figure(arena)) | \(figure(tree)) | \(ratio) |")
}

/// What only the arena does, with the candidates' common ground for comparison.
func measureCodecs(_ document: Document, _ sample: Sample, _ type: SchemaType) {
  let kind = GroupVersionKind(group: "", version: "v1", kind: sample.name)
  let codec = ProtobufCodec.builtin
  let body = codec.encode(document, as: type)
  func line(_ title: String, _ value: Double, _ byteCount: Int) {
    print("| \(title) | \(Int(value)) ns (\(Int(Double(byteCount) / value * 1000)) MB/s) | | |")
  }
  let size = sample.json.count
  line("parse without a schema", nanoseconds { blackHole(try? Document(json: sample.json)) }, size)
  line(
    "required members and closed sets",
    nanoseconds { blackHole(StructuralValidation.errors(in: document, as: type)) }, size)
  line(
    "all rules of the kind",
    nanoseconds {
      blackHole(ObjectValidation.errors(in: document, replacing: nil, kind: kind, type: type))
    }, size)
  line(
    "protobuf, write", nanoseconds { blackHole(codec.encode(document, as: type)) }, body.count)
  line(
    "protobuf, read", nanoseconds { blackHole(try? codec.decode(body, as: type)) }, body.count)
}

let fields = TreeFields(schema)
for sample in samples {
  guard let type = schema.type(named: sample.type) else { continue }
  let bytes = sample.json
  let document = try DocumentParser.parse(json: bytes, as: type).document
  let tree = try TreeParser.parse(bytes, as: type, fields)
  print("\n\(sample.name), \(bytes.count) bytes, \(document.nodeCount) values\n")
  print("| | arena | tree | tree / arena |\n| --- | --- | --- | --- |")
  row(
    "parse and validate",
    try nanoseconds { blackHole(try DocumentParser.parse(json: bytes, as: type)) },
    try nanoseconds { blackHole(try TreeParser.parse(bytes, as: type, fields)) },
    bytes: bytes.count)
  row(
    "encode", nanoseconds { blackHole(document.json) }, nanoseconds { blackHole(tree.json) },
    bytes: bytes.count)
  row(
    "copy and change one member",
    nanoseconds {
      var copy = document
      copy["metadata"]?["resourceVersion"] = "184468"
      blackHole(copy)
    },
    nanoseconds {
      var copy = tree
      copy["metadata"]?["resourceVersion"] = .string("184468")
      blackHole(copy)
    })
  row(
    "read metadata.labels.app",
    nanoseconds {
      blackHole(document[path: "metadata", "labels", "app.kubernetes.io/name"]?.string)
    },
    nanoseconds {
      blackHole(tree["metadata"]?["labels"]?["app.kubernetes.io/name"]?.string)
    })
  if sample.name == "Pod" {
    row(
      "patch three places",
      nanoseconds {
        var copy = document
        copy["metadata"]?["labels"]?["tier"] = "front"
        copy["spec"]?["containers"]?[0]["image"] = "registry.example.com/shop/web:2026.3.2"
        copy["status"]?["phase"] = "Failed"
        blackHole(copy)
      },
      nanoseconds {
        var copy = tree
        copy["metadata"]?["labels"]?["tier"] = .string("front")
        copy["spec"]?["containers"]?[0]["image"] =
          .string("registry.example.com/shop/web:2026.3.2")
        copy["status"]?["phase"] = .string("Failed")
        blackHole(copy)
      })
  }
  measureCodecs(document, sample, type)
  let arenaHeap = try heapPerCopy { try DocumentParser.parse(json: bytes, as: type).document }
  let ownText = try heapPerCopy {
    try DocumentParser.parse(json: bytes.map { $0 }, as: type).document
  }
  let treeHeap = try heapPerCopy { try TreeParser.parse(bytes, as: type, fields) }
  print(
    "| heap | \(arenaHeap) bytes beside the encoded object, \(ownText) with it | \(treeHeap) bytes | |"
  )
}
