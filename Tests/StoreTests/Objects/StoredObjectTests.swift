import Foundations
import Resources
import Testing

@testable import Store

@Suite struct StoredObjectTests {
  @Test(
    "the resource version is left out of the stored bytes and inserted when they are read",
    arguments: [
      (
        #"{"kind":"A","metadata":{"name":"x"},"a":1}"#,
        #"{"kind":"A","metadata":{"resourceVersion":"7","name":"x"},"a":1}"#
      ),
      (
        #"{"metadata":{"name":"x","resourceVersion":"123","uid":"u"}}"#,
        #"{"metadata":{"name":"x","resourceVersion":"7","uid":"u"}}"#
      ),
      (
        #"{"metadata":{"resourceVersion":"123","name":"x"}}"#,
        #"{"metadata":{"resourceVersion":"7","name":"x"}}"#
      ),
      (
        #"{"metadata":{"name":"x","resourceVersion":"123"}}"#,
        #"{"metadata":{"resourceVersion":"7","name":"x"}}"#
      ),
      (#"{"metadata":{"resourceVersion":"123"}}"#, #"{"metadata":{"resourceVersion":"7"}}"#),
      (#"{"metadata":{}}"#, #"{"metadata":{"resourceVersion":"7"}}"#),
      (
        #"{"a\"metadata":{"metadata":{"resourceVersion":"1"}},"b":"}{","metadata":{"n":[{"#
          + #""resourceVersion":"2"}],"name":"\\"}}"#,
        #"{"a\"metadata":{"metadata":{"resourceVersion":"1"}},"b":"}{","metadata":{"#
          + #""resourceVersion":"7","n":[{"resourceVersion":"2"}],"name":"\\"}}"#
      ),
    ])
  func insertion(_ written: String, _ served: String) throws {
    let bytes = try StoredObject.encode(try Document(json: written))
    let (json, document) = try StoredObject.decode(bytes, revision: Revision(7))
    #expect(String(decoding: json, as: UTF8.self) == served)
    #expect(document == (try Document(json: served)))
  }

  @Test("a document without metadata is refused", arguments: ["{}", "[]", #"{"metadata":1}"#])
  func noMetadata(_ json: String) throws {
    let document = try Document(json: json)
    #expect(throws: StoredObjectError.noMetadata) { try StoredObject.encode(document) }
  }

  @Test("bytes that are no stored object are refused with what is wrong")
  func damaged() throws {
    let good = try StoredObject.encode(sample("x"))
    func error(_ bytes: [UInt8]) -> StoredObjectError? {
      #expect(throws: StoredObjectError.self) {
        try StoredObject.decode(bytes, revision: Revision(1))
      }
    }
    #expect(error([]) == .truncated(byteCount: 0))
    #expect(error(Array(good.prefix(5))) == .truncated(byteCount: 5))
    #expect(error([2] + good.dropFirst()) == .unknownFormat(2))
    #expect(error([1, 0, 0, 0, 0] + good.dropFirst(5)) == .insertionOutside(offset: 0))
    let past = good.count - 5
    #expect(
      error([1, UInt8(past), 0, 0, 0] + good.dropFirst(5)) == .insertionOutside(offset: past))
    #expect(error(Array(good.dropLast())) == .notJSON(.unexpectedEnd))
  }

  @Test("no damage makes reading crash")
  func mutations() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let good = try StoredObject.encode(sample("x", labels: ["a": "b"], value: "v"))
    for _ in 0..<5_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[position] = UInt8.random(in: 0...255, using: &generator)
      }
      bytes.removeLast(Int.random(in: 0...3, using: &generator))
      let value = StoredValue(
        key: "/configmaps/default/x", value: bytes, createRevision: Revision(1),
        modRevision: Revision(1))
      do throws(StoredObjectError) {
        let object = try CachedObject(
          value, prefixByteCount: 12, prepared: nil, index: nil, labelSets: LabelSets())
        _ = object.restamped(at: Revision(1_000_000))
      } catch {
        continue
      }
    }
  }

  @Test("an object is encoded once in each format, whoever asks")
  func encodings() throws {
    let value = StoredValue(
      key: "/configmaps/default/x", value: try StoredObject.encode(sample("x")),
      createRevision: Revision(1), modRevision: Revision(2))
    let object = try CachedObject(
      value, prefixByteCount: 12, prepared: nil, index: nil, labelSets: LabelSets())
    var calls = 0
    for _ in 0..<3 {
      for format in 0..<4 {
        let bytes = object.bytes(in: EncodingFormat(UInt16(format))) { document in
          calls += 1
          return Array("\(format)\(document["kind"]?.string ?? "")".utf8)
        }
        #expect(String(decoding: bytes, as: UTF8.self) == "\(format)ConfigMap")
      }
    }
    #expect(calls == 4)
  }
}
