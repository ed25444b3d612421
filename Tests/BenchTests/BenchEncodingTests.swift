import Resources
import Testing

@testable import Bench

@Suite struct BenchEncodingTests {
  private static let map: Document = [
    "kind": "ConfigMap", "apiVersion": "v1", "metadata": ["name": "a"], "data": ["k": "v"],
  ]

  @Test("what is sent reads back the same", arguments: BenchEncoding.allCases)
  func roundTrip(_ encoding: BenchEncoding) throws {
    #expect(try encoding.object(encoding.bytes(of: Self.map)) == Self.map)
  }

  @Test("a kind without a schema is no protobuf")
  func unknownKind() {
    #expect(throws: KindWithoutSchema.self) {
      try BenchEncoding.protobuf.bytes(of: ["kind": "Foo", "apiVersion": "example.com/v1"])
    }
  }

  @Test("events are counted however their bytes are cut", arguments: [1, 3, 4, 5, 1000])
  func counting(_ size: Int) {
    let frames: [BenchEncoding: [UInt8]] = [
      .json: Array("{\"type\":\"ADDED\"}\n{}\n{\"half".utf8),
      .protobuf: [0, 0, 0, 3, 1, 2, 3] + [0, 0, 1, 1] + [UInt8](repeating: 7, count: 257)
        + [0, 0, 0, 9, 1],
    ]
    for (encoding, bytes) in frames {
      var counter = WatchEventCounter(encoding)
      for start in stride(from: 0, to: bytes.count, by: size) {
        counter.take(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(counter.count == 2, "\(encoding)")
    }
  }
}
