import Networking
import Resources
import Testing

@testable import APIServer

@Suite struct ProtobufListBodyTests {
  /// Messages whose lengths take one, two and three bytes.
  private static let maps: [Document] = [0, 100, 300, 20000].enumerated().map { index, count in
    [
      "metadata": ["name": Document("m\(index)")],
      "data": ["k": Document(String(repeating: "x", count: count))],
    ]
  }

  private func body(of maps: [Document]) throws -> ProtobufListBody {
    let type = try #require(Schema.builtin.type(named: "io.k8s.api.core.v1.ConfigMap"))
    return ProtobufListBody(
      maps.map { ProtobufCodec.builtin.message($0, as: type) },
      metadata: ["resourceVersion": "7"], apiVersion: "v1", kind: "ConfigMapList")
  }

  @Test("a list is put together from messages, however small the pieces", arguments: [1, 7, 4096])
  func pieces(_ size: Int) throws {
    var rest = try body(of: Self.maps)
    var bytes: [UInt8] = []
    while rest.byteCount > 0 {
      let count = min(size, rest.byteCount)
      bytes += [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
        rest.fill(UnsafeMutableRawBufferPointer(room))
        initialized = count
      }
    }
    let expected: Document = [
      "apiVersion": "v1", "kind": "ConfigMapList", "metadata": ["resourceVersion": "7"],
      "items": Document(Self.maps.lazy.map { $0 }),
    ]
    #expect(try ProtobufCodec.builtin.decode(bytes) == expected)
  }

  @Test("an empty list has its metadata")
  func empty() throws {
    let list = try ProtobufCodec.builtin.decode(try body(of: []).bytes)
    #expect(list[path: "metadata", "resourceVersion"]?.string == "7" && list["items"] == nil)
  }
}
